import { z } from 'zod';
import type { WantedUser } from './operation.ts';
import type { PermitGrant, PermitUserState } from './states.ts';

export function sameGrant(one: PermitGrant, other: PermitGrant): boolean {
  return one.role === other.role && one.tenant === other.tenant && one.instance === other.instance;
}

/** Sorted and deduplicated, so that equal sets give equal lists: `viewer@default`, `owner@acme#reports:1`. */
export function formatSuspendedRoles(grants: readonly PermitGrant[]): string[] {
  const names = grants.map(
    ({ role, tenant, instance }) => `${role}@${tenant}${instance === undefined ? '' : `#${instance}`}`,
  );
  return [...new Set(names)].toSorted();
}

const Names = z.array(z.string());
const Name = /^([^@#]+)@([^@#]+)(?:#(.+))?$/;

/** Skips malformed names, because administrators can write to the attribute too. */
export function parseSuspendedRoles(attribute: unknown): PermitGrant[] {
  if (attribute === undefined) return [];
  return (Names.safeParse(attribute).data ?? []).flatMap((name) => {
    const [, role, tenant, instance] = Name.exec(name) ?? [];
    if (role === undefined || tenant === undefined) return [];
    return [instance === undefined ? { role, tenant } : { role, tenant, instance }];
  });
}

/** The Logto id, on every user and tenant that sync has written. Sync deletes no others. */
export const originAttribute = 'logto_id';

/** The roles of a suspended user, `role@tenant` or `role@tenant#type:key`, to restore later. */
export const suspendedRolesAttribute = 'logto_suspended_roles';

export function isManagedBySync({
  attributes,
}: {
  readonly attributes: Readonly<Record<string, unknown>>;
}): boolean {
  return typeof attributes[originAttribute] === 'string';
}

/**
 * The user without the stored roles in a tenant, or one of them, so that a reactivation does not restore them;
 * `undefined` if none is stored.
 */
export function withoutSuspendedRoles(
  user: PermitUserState,
  tenant: string,
  one?: Pick<PermitGrant, 'role' | 'instance'>,
): WantedUser | undefined {
  const { key, email, firstName, attributes } = user;
  const stored = parseSuspendedRoles(attributes[suspendedRolesAttribute]);
  const others = stored.filter((grant) =>
    one === undefined ? grant.tenant !== tenant : !sameGrant(grant, { ...one, tenant }),
  );
  if (others.length === stored.length) return undefined;
  const stays = { ...attributes, [suspendedRolesAttribute]: formatSuspendedRoles(others) };
  return { key, email, firstName, attributes: stays };
}
