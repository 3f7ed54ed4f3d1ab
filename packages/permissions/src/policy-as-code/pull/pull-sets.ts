import type { Condition } from '../../condition.ts';
import type { RuleDefinition } from '../../policy.ts';
import { pathsOf, problemsIn, type Paths } from '../conditions/check-condition.ts';
import { tableForm } from '../conditions/condition-tree.ts';
import type { PolicySchema, SetSchema } from '../schema/policy-schema.ts';
import { titleOf } from '../schema/default-name.ts';

/** Takes a sentence about what a table cannot say. */
export type Note = (sentence: string) => void;

export function pullSets({ sets, userAttributes, resources }: PolicySchema, note: Note) {
  const userSets: Record<string, { name?: string; where: Condition }> = {};
  const resourceSets: Record<string, { name?: string; resource: string; where: Condition }> = {};
  for (const [key, set] of sets) {
    const { kind, name, resource = '' } = set;
    const attributes = kind === 'user set' ? undefined : resources.get(resource)?.attributes;
    const where = whereOf(sets, set, pathsOf(userAttributes, attributes));
    const isKnown = kind === 'user set' || resources.has(resource);
    if (where === undefined || !isKnown)
      note(`The condition of ${kind} ${key} cannot be said; it is left out.`);
    else if (kind === 'user set') userSets[key] = { ...named(name, key), where };
    else resourceSets[key] = { ...named(name, key), resource, where };
    if (set.parent !== undefined) note(`The condition of ${kind} ${key} now says that of its parent too.`);
  }
  return { userSets, resourceSets };
}

/** A parent's condition must hold as well, and its parent's. */
function whereOf(sets: PolicySchema['sets'], set: SetSchema, paths: Paths): Condition | undefined {
  const family: Condition[] = [];
  const seen = new Set<SetSchema>();
  for (
    let one: SetSchema | undefined = set;
    one !== undefined && !seen.has(one);
    one = sets.get(one.parent ?? '')
  ) {
    seen.add(one);
    const where = tableForm(one.where);
    if (where === undefined || problemsIn(where, paths).length > 0) return undefined;
    family.push(where);
  }
  const [only] = family;
  return family.length === 1 ? only : { allOf: family };
}

export function pullRules(
  { rules, roles, resources }: PolicySchema,
  sets: ReadonlySet<string>,
  note: Note,
): RuleDefinition[] {
  return [...rules].flatMap(([key, { who, what, permissions }]): RuleDefinition[] => {
    const isKnown =
      (who.kind === 'role' ? roles.has(who.key) : sets.has(who.key)) &&
      (what.kind === 'resource' ? resources.has(what.key) : sets.has(what.key));
    const kept = permissions.filter((permission) => {
      const [resource = '', action = ''] = permission.split(':');
      return resources.get(resource)?.actions.includes(action) === true;
    });
    if (!isKnown || kept.length < permissions.length)
      note(`The rule "${key}" names what the table does not.`);
    if (!isKnown || kept.length === 0) return [];
    return [
      {
        ...(who.kind === 'role' ? { role: who.key } : { userSet: who.key }),
        ...(what.kind === 'resource' ? { resource: what.key } : { resourceSet: what.key }),
        permissions: kept,
      },
    ];
  });
}

/** A name that follows from the key needs no saying. */
export function named(name: string, key: string) {
  return name === titleOf(key) ? {} : { name };
}
