import type { Condition, RuleDefinition } from '../../core/policy.ts';
import { pathsOf, problemsIn, type Paths } from '../conditions/check-condition.ts';
import { tableForm } from '../conditions/condition-tree.ts';
import type { PolicySchema, SetSchema } from '../schema/policy-schema.ts';
import { defaultName } from '../schema/schema-of-policy.ts';

export type Note = (text: string) => void;

export function pullSets({ sets, userAttributes, resources }: PolicySchema, note: Note) {
  const userSets: Record<string, { name?: string; where: Condition }> = {};
  const resourceSets: Record<string, { name?: string; resource: string; where: Condition }> = {};
  for (const [key, set] of sets) {
    const { kind, name, resource = '' } = set;
    const attributes = kind === 'user set' ? undefined : resources.get(resource)?.attributes;
    const where = conditionWithParents(sets, set, pathsOf(userAttributes, attributes));
    const isKnown = kind === 'user set' || resources.has(resource);
    if (where === undefined || !isKnown)
      note(`The condition of ${kind} ${key} cannot be expressed; it is omitted.`);
    else if (kind === 'user set') userSets[key] = { ...named(name, key), where };
    else resourceSets[key] = { ...named(name, key), resource, where };
    if (set.parent !== undefined) note(`The condition of ${kind} ${key} now includes that of its parent.`);
  }
  return { userSets, resourceSets };
}

/** In Permit, the conditions of all ancestors must hold. */
function conditionWithParents(
  sets: PolicySchema['sets'],
  set: SetSchema,
  paths: Paths,
): Condition | undefined {
  const conditions: Condition[] = [];
  const seen = new Set<SetSchema>();
  for (
    let current: SetSchema | undefined = set;
    current !== undefined && !seen.has(current);
    current = sets.get(current.parent ?? '')
  ) {
    seen.add(current);
    const where = tableForm(current.where);
    if (where === undefined || problemsIn(where, paths).length > 0) return undefined;
    conditions.push(where);
  }
  const [only] = conditions;
  return conditions.length === 1 ? only : { allOf: conditions };
}

/** `sets` are the keys of the pulled sets. */
export function pullRules(
  { rules, roles, resources }: PolicySchema,
  sets: ReadonlySet<string>,
  note: Note,
): RuleDefinition[] {
  return [...rules].flatMap(([key, { who, what, permissions }]): RuleDefinition[] => {
    const isKnown =
      (who.kind === 'role' ? roles.has(who.key) : sets.has(who.key)) &&
      (what.kind === 'resource' ? resources.has(what.key) : sets.has(what.key));
    const included = permissions.filter((permission) => hasPermission(resources, permission));
    if (!isKnown || included.length < permissions.length)
      note(`The rule "${key}" names what the table does not.`);
    if (!isKnown || included.length === 0) return [];
    return [
      {
        ...(who.kind === 'role' ? { role: who.key } : { userSet: who.key }),
        ...(what.kind === 'resource' ? { resource: what.key } : { resourceSet: what.key }),
        permissions: included,
      },
    ];
  });
}

export function hasPermission(resources: PolicySchema['resources'], permission: string): boolean {
  const [resource = '', action = ''] = permission.split(':');
  return resources.get(resource)?.actions.includes(action) ?? false;
}

export function named(name: string, key: string) {
  return name === defaultName(key) ? {} : { name };
}
