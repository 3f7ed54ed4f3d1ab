import { permissionsOfResourceRole, permissionsOfRole, rolesGranting, rolesOf } from '@latchkey/permissions';
import { policy, type AppPermission } from '@latchkey/policy';
import { sharedResourceOf, shareRoles } from '../../directory/shared-resources.ts';
import type { ReviewedRole, ReviewScope, RowFlag } from './review.ts';
import { isOlder, type UsePeriod } from './use-period.ts';

export interface PlacedRole {
  readonly role: string;
  readonly instance: string | null;
}

/** Returns the permissions that the policy grants to the role; none if the policy does not have the role. */
export function grantsOf({ role, instance }: PlacedRole): readonly AppPermission[] {
  if (instance === null) {
    const known = rolesOf(policy).find((one) => one === role);
    return known === undefined ? [] : permissionsOfRole(policy, known);
  }
  const resource = sharedResourceOf(instance);
  const known = shareRoles.find((one) => one === role);
  return resource === undefined || known === undefined
    ? []
    : permissionsOfResourceRole(policy, resource, known);
}

/** Returns the roles that can replace the given one: they grant some of its permissions, but not all, and no others. */
export function lesserRoles({ role, instance }: PlacedRole): string[] {
  const held = new Set(grantsOf({ role, instance }));
  const others: readonly string[] = instance === null ? rolesOf(policy) : shareRoles;
  return others.filter((other) => {
    const grants = grantsOf({ role: other, instance });
    return (
      grants.length > 0 && grants.length < held.size && grants.every((permission) => held.has(permission))
    );
  });
}

const changingAccess = ['members:assign', 'requests:decide', 'reports:share', 'collections:share'] as const;

/** Whether the role can change other users' access throughout the tenant, not only on one report or collection. */
function isPrivileged({ role, instance }: PlacedRole): boolean {
  return (
    instance === null &&
    changingAccess.some((permission) => rolesGranting(policy, permission).tenant.some((one) => one === role))
  );
}

/** A right with its facts and the flags that do not depend on an earlier review. */
export interface FoundRow extends PlacedRole {
  readonly subject: string;
  readonly facts: ReviewedRole;
  readonly flags: readonly RowFlag[];
}

export type Described = Omit<FoundRow, 'flags'> & {
  readonly isInactive: boolean;
  /** When the role was assigned, by its source and by Permit. */
  readonly dates: readonly (string | null)[];
};

/** A role is flagged if none of its permissions was used for this many days. */
export const unusedDays = 90;

export function flagsOf(
  row: Described,
  { period, isOnly }: { readonly period: UsePeriod; readonly isOnly: boolean },
): RowFlag[] {
  const { facts } = row;
  const holds: Readonly<Partial<Record<RowFlag, boolean>>> = {
    privileged: isPrivileged(row),
    unused: period.isKnown && isOlder(period, row.dates) && facts.lastUsedAt === null,
    inactive: row.isInactive,
    suspended: facts.isSuspended,
    machine: facts.isMachine,
    // Not on instances, where almost every owner would be flagged.
    'only-holder': isOnly && row.instance === null,
  };
  return (Object.keys(holds) as RowFlag[]).filter((flag) => holds[flag] === true); // oxlint-disable-line typescript/no-unsafe-type-assertion -- the keys above
}

export function isInScope(row: Described, scope: ReviewScope, flags: readonly RowFlag[]): boolean {
  const isIn: Readonly<Record<ReviewScope['kind'], boolean>> = {
    all: true,
    privileged: flags.includes('privileged'),
    instances: scope.kind === 'instances' && row.instance?.startsWith(`${scope.resource}:`) === true,
    machines: row.facts.isMachine,
    inactive: row.isInactive,
  };
  return isIn[scope.kind];
}
