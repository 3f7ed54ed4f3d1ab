import { attributeValue } from '../mapping/attribute-value.ts';
import { defaultTenant, tenantKey, userKey } from '../mapping/permit-key.ts';
import { isManagedBySync } from '../plan/managed-by-sync.ts';
import { mappedGrants } from '../plan/plan-user.ts';
import type { LogtoUserState } from '../plan/states.ts';
import type { ReconcileDeps } from '../reconcile/plan-for-user.ts';
import { readLogto, readPermitState } from '../reconcile/read-directories.ts';

/** By Permit key, in a form in which Logto and Permit can be compared. */
export interface Directory {
  readonly users: ReadonlyMap<string, DirectoryUser>;
  readonly tenants: ReadonlyMap<string, string>;
}

interface DirectoryUser {
  readonly firstName: string | null;
  readonly clearance: unknown;
  /** Roles as `role@tenant`, sorted. */
  readonly roles: readonly string[];
}

const grantName = ({ role, tenant }: { role: string; tenant: string }): string => `${role}@${tenant}`;

/**
 * The state that Permit should have, computed without the planner. Assumes that every user still has the default role,
 * except suspended users, who have no roles.
 */
export async function expectedFromLogto({
  logto,
  mapping,
}: Pick<ReconcileDeps, 'logto' | 'mapping'>): Promise<Directory> {
  const reading = await readLogto({ logto, mapping });
  const states: LogtoUserState[] = [];
  for await (const page of reading.users()) states.push(...page);
  const defaultGrant = grantName({ role: mapping.defaultRole, tenant: defaultTenant });
  const users = states.map((state) => {
    const { user } = state;
    const roles =
      user.isSuspended === true ? [] : [defaultGrant, ...mappedGrants(state, mapping).map(grantName)];
    return [
      userKey(user.id),
      {
        firstName: user.name ?? null,
        clearance: clearanceOf(state, mapping),
        roles: roles.toSorted(),
      },
    ] as const;
  });
  return {
    users: new Map(users),
    tenants: new Map(reading.organizations.map(({ id, name }) => [tenantKey(id), name])),
  };
}

function clearanceOf({ user, roles = [] }: LogtoUserState, mapping: ReconcileDeps['mapping']): unknown {
  const field = mapping.attributes.find(({ name }) => name === 'clearance');
  if (field !== undefined) return attributeValue(user, field);
  const byRole = mapping.roleAttributes.find(({ name }) => name === 'clearance')?.values ?? [];
  return [...byRole].find(([role]) => roles.includes(role))?.[1];
}

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

export interface ExcessWatch {
  /** Call it after each change in Logto. */
  remember(): Promise<void>;
  /** Roles in Permit that no recorded state of Logto justifies, as `user: role@tenant`. */
  excess(): Promise<string[]>;
}

export function watchExcess(deps: ReconcileDeps): ExcessWatch {
  const justified = new Set<string>();
  return {
    async remember() {
      for (const [key, { roles }] of (await expectedFromLogto(deps)).users) {
        justified.add(`${key}: ${deps.mapping.defaultRole}@${defaultTenant}`);
        for (const role of roles) justified.add(`${key}: ${role}`);
      }
    },
    async excess() {
      const { users } = await heldByPermit(deps);
      return [...users]
        .flatMap(([key, { roles }]) => roles.map((role) => `${key}: ${role}`))
        .filter((held) => !justified.has(held));
    },
  };
}
