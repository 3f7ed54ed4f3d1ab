import * as fc from 'fast-check';
import { idOf, type CallManagementApi } from './management-api.ts';

/** `user` and `organization` are indexes into `DirectoryIds`, modulo the length. */
export type LogtoChange =
  | { readonly kind: 'sign-up'; readonly name: string | null; readonly clearance: string | number | null }
  | { readonly kind: 'rename' | 'suspend' | 'unsuspend' | 'delete'; readonly user: number }
  | { readonly kind: 'set-clearance'; readonly user: number; readonly clearance: string | number }
  | { readonly kind: 'create-organization' }
  | { readonly kind: 'rename-organization' | 'delete-organization'; readonly organization: number }
  | { readonly kind: 'join' | 'leave'; readonly user: number; readonly organization: number }
  | {
      readonly kind: 'set-organization-roles';
      readonly user: number;
      readonly organization: number;
      readonly roles: readonly string[];
    }
  | { readonly kind: 'set-user-roles'; readonly user: number; readonly roles: readonly string[] }
  /** Renames an organization role to an unmapped name, or back to its original name. */
  | { readonly kind: 'rename-role'; readonly role: string; readonly isRenamed: boolean };

const index = fc.nat(1_000);
const clearance = fc.constantFrom('public', 'secret', 7);

export interface RoleIds {
  readonly users: readonly string[];
  /** Each id is also the role's original name. */
  readonly organizations: readonly string[];
}

/** More additions than removals, so that users and organizations accumulate. */
export const arbitraryLogtoChange = (roleIds: RoleIds): fc.Arbitrary<LogtoChange> =>
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('sign-up'),
        name: fc.constantFrom(null, 'Ann'),
        clearance: fc.option(clearance),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('create-organization') }) },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constantFrom('join', 'join', 'leave'),
        user: index,
        organization: index,
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constantFrom('rename', 'suspend', 'unsuspend', 'delete'),
        user: index,
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('set-clearance'), user: index, clearance }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constantFrom('rename-organization', 'delete-organization'),
        organization: index,
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('set-organization-roles'),
        user: index,
        organization: index,
        roles: fc.subarray([...roleIds.organizations]),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('set-user-roles'),
        user: index,
        roles: fc.subarray([...roleIds.users]),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('rename-role'),
        role: fc.constantFrom(...roleIds.organizations),
        isRenamed: fc.boolean(),
      }),
    },
  );

export interface DirectoryIds {
  users: string[];
  organizations: string[];
}

let names = 0;

/** Does nothing if there is no user or organization to change. Ignores membership changes that Logto refuses. */
export async function applyLogtoChange(
  change: LogtoChange,
  ids: DirectoryIds,
  { manage }: { readonly manage: CallManagementApi },
): Promise<void> {
  const user = 'user' in change ? ids.users[change.user % ids.users.length] : undefined;
  const organization =
    'organization' in change ? ids.organizations[change.organization % ids.organizations.length] : undefined;
  if (('user' in change && user === undefined) || ('organization' in change && organization === undefined))
    return;
  const ignoringRefusals = (method: string, path: string, body?: unknown) =>
    manage(method, path, body).catch(() => undefined);
  const name = `n${++names}`;
  switch (change.kind) {
    case 'sign-up': {
      const body = {
        username: name,
        ...(change.name === null ? {} : { name: change.name }),
        ...(change.clearance === null ? {} : { customData: { clearance: change.clearance } }),
      };
      ids.users.push(idOf(await manage('POST', '/users', body)));
      break;
    }
    case 'rename':
      await manage('PATCH', `/users/${user}`, { name });
      break;
    case 'set-clearance':
      await manage('PATCH', `/users/${user}/custom-data`, { customData: { clearance: change.clearance } });
      break;
    case 'suspend':
    case 'unsuspend':
      await manage('PATCH', `/users/${user}/is-suspended`, { isSuspended: change.kind === 'suspend' });
      break;
    case 'delete':
      await manage('DELETE', `/users/${user}`);
      ids.users = ids.users.filter((one) => one !== user);
      break;
    case 'create-organization':
      ids.organizations.push(idOf(await manage('POST', '/organizations', { name })));
      break;
    case 'rename-organization':
      await manage('PATCH', `/organizations/${organization}`, { name });
      break;
    case 'delete-organization':
      await manage('DELETE', `/organizations/${organization}`);
      ids.organizations = ids.organizations.filter((one) => one !== organization);
      break;
    case 'join':
      await ignoringRefusals('POST', `/organizations/${organization}/users`, { userIds: [user] });
      break;
    case 'leave':
      await ignoringRefusals('DELETE', `/organizations/${organization}/users/${user}`);
      break;
    case 'set-organization-roles':
      await ignoringRefusals('PUT', `/organizations/${organization}/users/${user}/roles`, {
        organizationRoleIds: change.roles,
      });
      break;
    case 'set-user-roles':
      await manage('PUT', `/users/${user}/roles`, { roleIds: change.roles });
      break;
    case 'rename-role':
      await manage('PATCH', `/organization-roles/${change.role}`, {
        name: change.isRenamed ? `former ${change.role}` : change.role,
      });
      break;
  }
}

export type Transmission = 'lost' | 'once' | 'twice' | 'late';

export const arbitraryTransmission: fc.Arbitrary<Transmission> = fc.constantFrom(
  'lost',
  'once',
  'once',
  'once',
  'twice',
  'late',
);

/**
 * The deliveries that arrive now, in any order: those of `sent`, as `transmission` determines, and some of `late`,
 * where they remain and may arrive again. Adds a `late` transmission to `late`. `random` returns any natural number.
 */
export function transmit<T>(
  sent: readonly T[],
  {
    transmission,
    late,
    random,
  }: { readonly transmission: Transmission; readonly late: T[]; readonly random: () => number },
): T[] {
  const arriving = late.filter(() => random() % 2 === 0);
  if (transmission === 'late') late.push(...sent);
  if (transmission === 'once') arriving.push(...sent);
  if (transmission === 'twice') arriving.push(...sent, ...sent);
  return arriving.toSorted(() => (random() % 2) - 0.5);
}
