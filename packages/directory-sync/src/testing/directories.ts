import { defaultTenant, tenantKey, userKey } from '../mapping/permit-key.ts';
import { isManagedBySync } from '../plan/managed-by-sync.ts';
import { mappedGrants } from '../plan/plan-user.ts';
import type { LogtoUserState } from '../plan/states.ts';
import type { ReconcileDeps } from '../reconcile/plan-for-user.ts';
import { readLogto, readPermitState } from '../reconcile/read-directories.ts';

/** What a directory comes to, on either side, by Permit's keys. */
export interface Directory {
  readonly users: ReadonlyMap<string, Person>;
  /** Names. */
  readonly tenants: ReadonlyMap<string, string>;
}

interface Person {
  readonly firstName: string | null;
  readonly clearance: unknown;
  /** `role@tenant`, sorted. */
  readonly roles: readonly string[];
}

const grantName = ({ role, tenant }: { role: string; tenant: string }): string => `${role}@${tenant}`;

/** What Logto's directory is by the mapping, worked out without the planner; everybody still has the default role. */
export async function meantByLogto({
  logto,
  mapping,
}: Pick<ReconcileDeps, 'logto' | 'mapping'>): Promise<Directory> {
  const reading = await readLogto({ logto, mapping });
  const states: LogtoUserState[] = [];
  for await (const page of reading.users()) states.push(...page);
  const start = grantName({ role: mapping.defaultRole, tenant: defaultTenant });
  const people = states.map((state) => {
    const { user } = state;
    const clearance = Object(user['customData']).clearance;
    const roles = user.isSuspended === true ? [] : [start, ...mappedGrants(state, mapping).map(grantName)];
    return [
      userKey(user.id),
      {
        firstName: user.name ?? null,
        clearance: typeof clearance === 'string' ? clearance : undefined,
        roles: roles.toSorted(),
      },
    ] as const;
  });
  return {
    users: new Map(people),
    tenants: new Map(reading.organizations.map(({ id, name }) => [tenantKey(id), name])),
  };
}

/** What Permit holds of whom and what sync has written; others' users and tenants are theirs. */
export async function heldByPermit({ permit }: Pick<ReconcileDeps, 'permit'>): Promise<Directory> {
  const { users, tenants } = await readPermitState({ permit });
  return {
    users: new Map(
      [...users.values()]
        .filter(isManagedBySync)
        .map(({ key, firstName, attributes, grants }) => [
          key,
          { firstName, clearance: attributes['clearance'], roles: grants.map(grantName).toSorted() },
        ]),
    ),
    tenants: new Map([...tenants.values()].filter(isManagedBySync).map(({ key, name }) => [key, name])),
  };
}
