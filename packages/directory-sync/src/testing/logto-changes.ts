import * as fc from 'fast-check';
import { idOf, type TwoEmulators } from './two-emulators.ts';

/** One thing that somebody does in Logto; numbers pick among what is there. */
export type Deed =
  | { readonly do: 'sign-up'; readonly name: string | null; readonly clearance: string | number | null }
  | { readonly do: 'rename' | 'suspend' | 'unsuspend' | 'delete'; readonly user: number }
  | { readonly do: 'clear'; readonly user: number; readonly clearance: string | number }
  | { readonly do: 'found' }
  | { readonly do: 'rename-organization' | 'dissolve'; readonly organization: number }
  | { readonly do: 'join' | 'leave'; readonly user: number; readonly organization: number }
  | {
      readonly do: 'take-office';
      readonly user: number;
      readonly organization: number;
      readonly roles: readonly string[];
    }
  | { readonly do: 'set-roles'; readonly user: number; readonly roles: readonly string[] }
  /** An organization role loses the name that a mapping goes by, or has it again. */
  | { readonly do: 'rename-role'; readonly role: string; readonly isAway: boolean };

const pick = fc.nat(1_000);
const clearance = fc.constantFrom('public', 'secret', 7);

/** Ids of the roles that there are in Logto to be given. */
export interface RoleIds {
  readonly users: readonly string[];
  /** Also their names in the beginning. */
  readonly organizations: readonly string[];
}

/** Comings outnumber goings, so that something is there to go wrong with. */
export const deeds = (roleIds: RoleIds): fc.Arbitrary<Deed> =>
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('sign-up'),
        name: fc.constantFrom(null, 'Ann'),
        clearance: fc.option(clearance),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('found') }) },
    {
      weight: 6,
      arbitrary: fc.record({ do: fc.constantFrom('join', 'join', 'leave'), user: pick, organization: pick }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constantFrom('rename', 'suspend', 'unsuspend', 'delete'), user: pick }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('clear'), user: pick, clearance }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constantFrom('rename-organization', 'dissolve'), organization: pick }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('take-office'),
        user: pick,
        organization: pick,
        roles: fc.subarray([...roleIds.organizations]),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('set-roles'),
        user: pick,
        roles: fc.subarray([...roleIds.users]),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('rename-role'),
        role: fc.constantFrom(...roleIds.organizations),
        isAway: fc.boolean(),
      }),
    },
  );

/** Who and what is in Logto now, as far as deeds need to know. */
export interface Cast {
  users: string[];
  organizations: string[];
}

let named = 0;

/** Does it, if there is anybody to do it to. A refusal of Logto's (not a member, say) is as good as nothing done. */
export async function perform(
  deed: Deed,
  cast: Cast,
  { manage }: Pick<TwoEmulators, 'manage'>,
): Promise<void> {
  const user = 'user' in deed ? cast.users[deed.user % cast.users.length] : undefined;
  const organization =
    'organization' in deed ? cast.organizations[deed.organization % cast.organizations.length] : undefined;
  if (('user' in deed && user === undefined) || ('organization' in deed && organization === undefined))
    return;
  const forgiving = (method: string, path: string, body?: unknown) =>
    manage(method, path, body).catch(() => undefined);
  const name = `n${++named}`;
  switch (deed.do) {
    case 'sign-up': {
      const body = {
        username: name,
        ...(deed.name === null ? {} : { name: deed.name }),
        ...(deed.clearance === null ? {} : { customData: { clearance: deed.clearance } }),
      };
      cast.users.push(idOf(await manage('POST', '/users', body)));
      break;
    }
    case 'rename':
      await manage('PATCH', `/users/${user}`, { name });
      break;
    case 'clear':
      await manage('PATCH', `/users/${user}/custom-data`, { customData: { clearance: deed.clearance } });
      break;
    case 'suspend':
    case 'unsuspend':
      await manage('PATCH', `/users/${user}/is-suspended`, { isSuspended: deed.do === 'suspend' });
      break;
    case 'delete':
      await manage('DELETE', `/users/${user}`);
      cast.users = cast.users.filter((one) => one !== user);
      break;
    case 'found':
      cast.organizations.push(idOf(await manage('POST', '/organizations', { name })));
      break;
    case 'rename-organization':
      await manage('PATCH', `/organizations/${organization}`, { name });
      break;
    case 'dissolve':
      await manage('DELETE', `/organizations/${organization}`);
      cast.organizations = cast.organizations.filter((one) => one !== organization);
      break;
    case 'join':
      await forgiving('POST', `/organizations/${organization}/users`, { userIds: [user] });
      break;
    case 'leave':
      await forgiving('DELETE', `/organizations/${organization}/users/${user}`);
      break;
    case 'take-office':
      await forgiving('PUT', `/organizations/${organization}/users/${user}/roles`, {
        organizationRoleIds: deed.roles,
      });
      break;
    case 'set-roles':
      await manage('PUT', `/users/${user}/roles`, { roleIds: deed.roles });
      break;
    case 'rename-role':
      await manage('PATCH', `/organization-roles/${deed.role}`, {
        name: deed.isAway ? `former ${deed.role}` : deed.role,
      });
      break;
  }
}

/** What becomes of a delivery on its way. */
export const fate = fc.constantFrom('lost', 'once', 'once', 'once', 'twice', 'late');
type Fate = 'lost' | 'once' | 'twice' | 'late';

/**
 * What arrives now, in any order: of what was just sent as its fate has it, and some of what is late. A late one stays late,
 * and may come again.
 */
export function arriving<T>(
  sent: readonly T[],
  { fate: its, late, roll }: { readonly fate: Fate; readonly late: T[]; readonly roll: () => number },
): T[] {
  const found = late.filter(() => roll() % 2 === 0);
  if (its === 'late') late.push(...sent);
  if (its === 'once') found.push(...sent);
  if (its === 'twice') found.push(...sent, ...sent);
  return found.toSorted(() => (roll() % 2) - 0.5);
}
