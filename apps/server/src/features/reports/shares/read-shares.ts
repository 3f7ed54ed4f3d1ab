import { isDeepStrictEqual } from 'node:util';
import type { PermitReads } from '@latchkey/directory-sync';
import { rolesOf } from '@latchkey/permissions';
import { policy, type AppPermission, type AppRole } from '@latchkey/policy';
import { and, eq, inArray } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Accounts } from '../../../directory/accounts.ts';
import type { DirectoryPeople, DirectoryPerson } from '../../../directory/directory-person.ts';
import type { FindPeople, NamedPerson } from '../../../directory/people.ts';
import {
  parseInstance,
  shareRoles,
  uuidsAmong,
  type ShareRole,
  type ReadableTitles,
} from '../../../directory/shared-resources.ts';
import { inBatches } from '../../../platform/in-batches.ts';
import type { SignedIn } from '../../../platform/trpc/context.ts';
import type { RequestedShare } from './change-shares.ts';
import { clearanceRole } from '../clearance.ts';
import { collections } from '../tables.ts';
import {
  permissionsBy,
  readRolesOn,
  readStoredGrants,
  rolesFrom,
  sourcesOf,
  type InstanceRole,
  type RoleSource,
} from './instance-roles.ts';
import { sharesOn, type StoredShare } from './share-store.ts';
import type { ObstacleToOpen, Openable, WhoCanOpen } from './who-can-open.ts';

export type ShareSource =
  | { readonly kind: 'creator' }
  /** A request was approved. `endsAt`: ISO 8601; `null` for no end. */
  | { readonly kind: 'request'; readonly requestId: string; readonly endsAt: string | null }
  /** A user assigned the role. `by` and `at` are `null` if it was assigned outside this console. */
  | { readonly kind: 'hand'; readonly by: NamedPerson | null; readonly at: string | null }
  /** The role is inherited from a collection. `collection` is `null` if the reader may not see it. */
  | { readonly kind: 'collection'; readonly collection: NamedCollection | null };

export interface NamedCollection {
  readonly id: string;
  readonly title: string;
}

/** Roles are sorted, strongest first. `lacks`: why the user still cannot open the instance; `null` if they can. */
export interface SharedWith extends DirectoryPerson {
  readonly lacks: ObstacleToOpen | null;
  readonly roles: readonly { readonly role: ShareRole; readonly source: ShareSource }[];
}

/** The number of active members with a tenant role that allows opening the instance, and all that it allows there. */
export interface OpenToRole {
  readonly role: AppRole;
  readonly people: number;
  readonly permissions: readonly AppPermission[];
  /** The members with the role who lack clearance; `null` if there are too many members to check each one. */
  readonly excluded: { readonly total: number; readonly people: readonly DirectoryPerson[] } | null;
}

export interface Shares {
  /** Sorted by their strongest role, strongest first, then by name. */
  readonly people: readonly SharedWith[];
  /** The number of omitted users. */
  readonly more: number;
  /** The tenant roles that allow opening the instance: for a draft, those that allow editing. */
  readonly byRole: readonly OpenToRole[];
  readonly clearanceRole: string | null;
  /** Those who can open it, users with roles on it first; without `areAll`, there are too many members to check. */
  readonly openers: { readonly areAll: boolean; readonly people: readonly DirectoryPerson[] };
}

export interface ReadSharesDeps {
  readonly db: NodePgDatabase;
  readonly reads: Pick<PermitReads, 'rolesOn' | 'linksTo' | 'user'>;
  readonly suspendedAmong: Accounts['suspendedAmong'];
  readonly people: DirectoryPeople;
  readonly findPeople: FindPeople;
  readonly requestedOn: (on: Openable) => Promise<readonly RequestedShare[]>;
  readonly whoCanOpen: WhoCanOpen;
  /** Returns the titles of the collections that the reader may see. @throws {AuthorizationUnavailableError} */
  readonly readableCollections: ReadableTitles;
}

/** The maximum number of excluded users listed per role, and of members checked per role. */
const max = { excluded: 50, checked: 1_000 };

export interface SharesQuestion {
  readonly on: Openable;
  readonly ownerKey: string;
  readonly people: number;
  readonly reader: SignedIn;
}

/**
 * Reads who has access to a report or a collection, and why.
 * @throws {PermitApiError | AuthorizationUnavailableError}
 */
export type ReadShares = (question: SharesQuestion) => Promise<Shares>;

export function createReadShares(deps: ReadSharesDeps): ReadShares {
  const { db, reads, suspendedAmong, people, findPeople, requestedOn, whoCanOpen, readableCollections } =
    deps;

  /**
   * Reads the roles that the end of a suspension restores. Permit lists these only by user, so they are found for the
   * users who were assigned a role here or on a collection: in the console, by a request, or as the creator.
   */
  const storedRoles = async (
    on: Openable,
    sources: readonly RoleSource[],
    recorded: readonly string[],
  ): Promise<InstanceRole[]> => {
    const { tenant } = on;
    const ids = uuidsAmong(sources.map(({ instance }) => parseInstance(instance).id));
    const onCollections = await Promise.all([
      ids.length === 0
        ? []
        : db
            .select({ subject: collections.ownerKey })
            .from(collections)
            .where(and(eq(collections.tenant, tenant), inArray(collections.id, ids))),
      ...ids.flatMap((id) => {
        const collection = { resource: 'collections', id, tenant } as const;
        return [sharesOn(db, collection), requestedOn(collection)];
      }),
    ]);
    const suspended = await suspendedAmong([
      ...new Set([...recorded, ...onCollections.flat().map(({ subject }) => subject)]),
    ]);
    const stored = await inBatches([...suspended], async (user) =>
      rolesFrom(await readStoredGrants(reads, user), on, sources).map((role) => ({ user, ...role })),
    );
    return stored.flat();
  };

  return async ({ on, ownerKey, people: listed, reader }) => {
    const sources = await sourcesOf(reads, on);
    const [assigned, given, requested, holders] = await Promise.all([
      readRolesOn(reads, on, sources),
      sharesOn(db, on),
      requestedOn(on),
      holdersOf(people, on),
    ]);
    const recorded = [...given, ...requested].map(({ subject }) => subject);
    const stored = await storedRoles(on, sources, [ownerKey, ...recorded]);
    // While a suspension or a reactivation is under way, roles can be both.
    const roles = [
      ...assigned,
      ...stored.filter((one) => !assigned.some((other) => isDeepStrictEqual(one, other))),
    ];
    const byPerson = Map.groupBy(roles, ({ user }) => user);
    const members = await people.among(on.tenant, [...byPerson.keys()]);
    const known = new Map(members.map((person) => [person.key, person]));
    const ordered = [...byPerson.keys()].toSorted(
      (one, other) =>
        strongest(byPerson.get(one)) - strongest(byPerson.get(other)) ||
        nameOf(known.get(one), one).localeCompare(nameOf(known.get(other), other)),
    );
    const shown = ordered.slice(0, listed);
    const areChecked = holders.every(({ total }) => total <= max.checked);
    const lacked = await whoCanOpen(on, [
      ...shown,
      ...(areChecked ? holders.flatMap(({ people: some }) => some.map(({ key }) => key)) : []),
    ]);
    const [names, titles] = await Promise.all([
      findPeople([
        ...shown.filter((key) => !known.has(key)),
        ...given.filter(({ subject }) => shown.includes(subject)).map(({ by }) => by),
      ]),
      readableCollections(reader, collectionsOf(roles)),
    ]);
    const sourceOf = ({ user, role, via }: InstanceRole): ShareSource => {
      if (via !== null) {
        const { id } = parseInstance(via);
        const title = titles.get(id);
        return { kind: 'collection', collection: title === undefined ? null : { id, title } };
      }
      const isIt = (one: Pick<StoredShare, 'subject' | 'role'>): boolean =>
        one.subject === user && one.role === role;
      const request = requested.find(isIt);
      if (request !== undefined) {
        const { requestId, endsAt } = request;
        return { kind: 'request', requestId, endsAt: endsAt?.toISOString() ?? null };
      }
      const gift = given.find(isIt);
      if (gift !== undefined) {
        const { by, at } = gift;
        return { kind: 'hand', by: names.get(by) ?? { key: by, name: null }, at: at.toISOString() };
      }
      return user === ownerKey && role === 'owner'
        ? { kind: 'creator' }
        : { kind: 'hand', by: null, at: null };
    };
    const personOf = (key: string): DirectoryPerson =>
      known.get(key) ?? { key, name: names.get(key)?.name ?? null, email: null, isMachine: false };
    const candidates = [...holders.flatMap(({ people: some }) => some), ...shown.map(personOf)];
    const persons = new Map(candidates.map((person) => [person.key, person]));
    return {
      openers: {
        areAll: areChecked && ordered.length === shown.length,
        people: [...lacked].flatMap(([key, lacks]) => (lacks === null ? (persons.get(key) ?? []) : [])),
      },
      people: shown.map((key) => ({
        ...personOf(key),
        lacks: lacked.get(key) ?? null,
        roles: (byPerson.get(key) ?? [])
          .toSorted((one, other) => rank(one.role) - rank(other.role))
          .map((held) => ({ role: held.role, source: sourceOf(held) })),
      })),
      more: ordered.length - shown.length,
      byRole: holders.map(({ role, permissions, total, people: some }) => {
        if (!areChecked)
          return {
            role,
            permissions,
            people: total,
            excluded: on.isConfidential === true ? null : { total: 0, people: [] },
          };
        // The list of members may be outdated. Any other obstacle means that the user has lost the role or the account.
        const holding = some.filter(({ key }) => {
          const lacks = lacked.get(key) ?? null;
          return lacks === null || lacks === 'NOT_CLEARED';
        });
        const excluded = holding.filter(({ key }) => (lacked.get(key) ?? null) !== null);
        return {
          role,
          permissions,
          people: holding.length,
          excluded: {
            total: excluded.length,
            people: excluded.slice(0, max.excluded),
          },
        };
      }),
      clearanceRole,
    };
  };
}

async function holdersOf(people: ReadSharesDeps['people'], on: Openable) {
  const opens = `${on.resource}:${on.isDraft === true ? 'edit' : 'view'}`;
  return Promise.all(
    rolesOf(policy).flatMap((role) => {
      const permissions = permissionsBy(on.resource, { inTenant: [role], onInstance: [] });
      if (!permissions.some((one) => one === opens)) return [];
      return people
        .holders(on.tenant, { roles: [role], limit: max.checked })
        .then(({ total, people: held }) => ({
          role,
          permissions,
          total,
          people: held.map(({ key, name, email, isMachine }) => ({ key, name, email, isMachine })),
        }));
    }),
  );
}

function collectionsOf(roles: readonly InstanceRole[]): string[] {
  return [...new Set(roles.flatMap(({ via }) => (via === null ? [] : [parseInstance(via).id])))];
}

function rank(role: ShareRole): number {
  return shareRoles.indexOf(role);
}

function strongest(roles: readonly InstanceRole[] | undefined): number {
  return Math.min(...(roles ?? []).map(({ role }) => rank(role)));
}

function nameOf(person: DirectoryPerson | undefined, key: string): string {
  return person?.name ?? person?.email ?? key;
}
