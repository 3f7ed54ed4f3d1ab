import type { AppRole } from '@latchkey/policy';
import type { DirectoryPerson } from '../../../directory/directory-person.ts';
import { readRolesOn, sourcesOf } from './instance-roles.ts';
import { holdersOf, maxMembers, type ReadSharesDeps } from './read-shares.ts';
import type { Openable } from './who-can-open.ts';

export interface Audience {
  /** The number of users who can open the instance; `null` if there are too many members to check each one. */
  readonly total: number | null;
  /** The users with each tenant role who can open it, or `null` as above. A user can have several roles. */
  readonly byRole: readonly { readonly role: AppRole; readonly people: number | null }[];
  /** The users with a role on the instance who can open it. */
  readonly owners: number;
  readonly shared: number;
}

export interface LosingAccess {
  /** The number of users who would lose access; `null` if there are too many members to check each one. */
  readonly total: number | null;
  /** At most 50 of them, owners first, then by name. */
  readonly people: readonly (DirectoryPerson & { readonly isOwner: boolean })[];
}

/** @throws {PermitApiError | AuthorizationUnavailableError} */
export interface ReadOpeners {
  readonly audience: (on: Openable) => Promise<Audience>;
  /** Returns who would lose access to a report if it became confidential. */
  readonly losing: (on: Openable) => Promise<LosingAccess>;
}

const maxNamed = 50;

export function createReadOpeners(
  deps: Pick<ReadSharesDeps, 'reads' | 'people' | 'findPeople' | 'whoCanOpen'>,
): ReadOpeners {
  const { reads, people, findPeople, whoCanOpen } = deps;
  const read = async (on: Openable) => {
    const [assigned, holders] = await Promise.all([
      sourcesOf(reads, on).then((sources) => readRolesOn(reads, on, sources)),
      holdersOf(people, on),
    ]);
    const areChecked = holders.every(({ total }) => total <= maxMembers);
    const members = areChecked ? holders.flatMap(({ people: some }) => some.map(({ key }) => key)) : [];
    const lacked = await whoCanOpen(on, [...assigned.map(({ user }) => user), ...members]);
    const openers = [...lacked].flatMap(([key, lacks]) => (lacks === null ? [key] : []));
    const owners = new Set(assigned.flatMap(({ user, role }) => (role === 'owner' ? [user] : [])));
    return { assigned, holders, areChecked, openers, owners };
  };
  return {
    async audience(on) {
      const { assigned, holders, areChecked, openers, owners } = await read(on);
      const canOpen = new Set(openers);
      const withRole = [...new Set(assigned.map(({ user }) => user))].filter((key) => canOpen.has(key));
      const ownerCount = withRole.filter((key) => owners.has(key)).length;
      return {
        total: areChecked ? openers.length : null,
        byRole: holders.map(({ role, total, people: some }) => ({
          role,
          people: areChecked
            ? some.filter(({ key }) => canOpen.has(key)).length
            : on.isConfidential === true
              ? null
              : total,
        })),
        owners: ownerCount,
        shared: withRole.length - ownerCount,
      };
    },

    async losing(on) {
      const { areChecked, openers, owners } = await read(on);
      const after = await whoCanOpen({ ...on, isConfidential: true }, openers);
      const losing = openers.filter((key) => after.get(key) !== null);
      const known = new Map((await people.among(on.tenant, losing)).map((one) => [one.key, one]));
      const order = (key: string): string => `${owners.has(key) ? 0 : 1} ${known.get(key)?.name ?? key}`;
      const named = losing.toSorted((one, other) => order(one).localeCompare(order(other))).slice(0, maxNamed);
      const others = await findPeople(named.filter((key) => !known.has(key)));
      return {
        total: areChecked ? losing.length : null,
        people: named.map((key) => ({
          ...(known.get(key) ?? {
            key,
            name: others.get(key)?.name ?? null,
            email: null,
            isMachine: others.get(key)?.isMachine === true,
          }),
          isOwner: owners.has(key),
        })),
      };
    },
  };
}
