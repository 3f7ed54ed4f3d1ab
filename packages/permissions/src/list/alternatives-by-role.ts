import type { Policy, ResourceRoleDefinition } from '../core/policy.ts';
import type { ListFacts } from './list-facts.ts';
import type { ListAlternative, ListQuestion } from './list-plan.ts';

/**
 * The rows on which the user's roles grant the permission. Permit lists them by key. If roles derive over relations
 * that have a column in the table, the plan uses the column instead: one folder key replaces the keys of its thousand
 * documents.
 */
export async function alternativesByRole<Relation extends string>(
  policy: Policy,
  { permission, relations }: ListQuestion<string, Relation>,
  facts: ListFacts,
): Promise<ListAlternative<Relation>[]> {
  const [resource = '', action = ''] = permission.split(':');
  const granting = Object.entries(policy.resources[resource]?.roles ?? {}).filter(([, { permissions }]) =>
    permissions.includes(action),
  );
  if (granting.length === 0) return [];
  const links = linksOf(
    granting.map(([, role]) => role),
    relations,
  );
  if (links === undefined || links.length === 0) {
    const held = await facts.heldOn(resource);
    return byId(held.filter(({ permissions }) => permissions.includes(permission)));
  }
  const roles = new Set(granting.map(([role]) => role));
  const assigned = await facts.assignedOn(resource);
  const linked = await byRelation(links, facts);
  return [...byId(assigned.filter(({ role }) => roles.has(role))), ...linked];
}

/** A derivation over a relation that has a column in the table. */
interface Link<Relation extends string> {
  readonly relation: Relation;
  readonly on: string;
  readonly role: string;
}

/**
 * The derivations of the roles if every one uses a column. `undefined` if one does not, or if a role on the row itself
 * can disable it: those rows can only be listed by key.
 */
function linksOf<Relation extends string>(
  roles: readonly ResourceRoleDefinition[],
  relations: readonly Relation[],
): readonly Link<Relation>[] | undefined {
  const links: Link<Relation>[] = [];
  for (const { derivedFrom = [], onlyWithoutDirectRole = false } of roles) {
    if (derivedFrom.length > 0 && onlyWithoutDirectRole) return undefined;
    for (const { via, on, role } of derivedFrom) {
      const relation = relations.find((one) => one === via);
      if (relation === undefined) return undefined;
      links.push({ relation, on, role });
    }
  }
  return links;
}

/** One alternative for each relation. */
async function byRelation<Relation extends string>(
  links: readonly Link<Relation>[],
  facts: ListFacts,
): Promise<ListAlternative<Relation>[]> {
  const resources = [...new Set(links.map(({ on }) => on))];
  const held = new Map(await Promise.all(resources.map(async (on) => [on, await facts.heldOn(on)] as const)));
  const relations = [...new Set(links.map(({ relation }) => relation))];
  return relations.flatMap((relation) => {
    const keys = links
      .filter((link) => link.relation === relation)
      .flatMap(({ on, role }) => (held.get(on) ?? []).filter(({ roles }) => roles.includes(role)))
      .map(({ key }) => key);
    return keys.length === 0 ? [] : [{ by: 'relation' as const, relation, keys: sorted(keys) }];
  });
}

function byId(instances: readonly { readonly key: string }[]): ListAlternative<never>[] {
  if (instances.length === 0) return [];
  return [{ by: 'id', keys: sorted(instances.map(({ key }) => key)) }];
}

function sorted(keys: readonly string[]): string[] {
  return [...new Set(keys)].toSorted();
}
