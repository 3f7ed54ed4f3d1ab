import type { PermitReads } from '@latchkey/directory-sync';
import { rolesOf } from '@latchkey/permissions';
import { policy, type AppPermission, type AppRole } from '@latchkey/policy';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { DirectoryPeople, DirectoryPerson } from '../../../directory/directory-person.ts';
import type { FindPeople, NamedPerson } from '../../../directory/people.ts';
import { shareRoles, type ShareRole, type ReadableTitles } from '../../../directory/shared-resources.ts';
import type { SignedIn } from '../../../platform/trpc/context.ts';
import type { RequestedShare } from './change-shares.ts';
import { permissionsBy, readRolesOn, type InstanceRole, type SharedInstance } from './instance-roles.ts';
import { givenOn, type GivenShare } from './share-store.ts';

/** The source of a user's role on a report or a collection. */
export type ShareSource =
  /** The user created it. */
  | { readonly kind: 'creator' }
  /** A request was approved. `endsAt`: ISO 8601; `null` for no end. */
  | { readonly kind: 'request'; readonly requestId: string; readonly endsAt: string | null }
  /** A user assigned it. `by` and `at` are `null` for roles assigned outside of this console. */
  | { readonly kind: 'hand'; readonly by: NamedPerson | null; readonly at: string | null }
  /** Inherited from a collection; `null` for one that the reader may not see. */
  | { readonly kind: 'collection'; readonly collection: NamedCollection | null };

export interface NamedCollection {
  readonly id: string;
  readonly title: string;
}

/** A user with roles on it, the strongest first. */
export interface SharedWith extends DirectoryPerson {
  readonly roles: readonly { readonly role: ShareRole; readonly source: ShareSource }[];
}

/** The permissions of every holder of a tenant role. */
export interface OpenToRole {
  readonly role: AppRole;
  readonly people: number;
  readonly permissions: readonly AppPermission[];
}

export interface Shares {
  /** Strongest roles first, then by name. */
  readonly people: readonly SharedWith[];
  /** The number of users omitted. */
  readonly more: number;
  readonly byRole: readonly OpenToRole[];
}

export interface ReadSharesDeps {
  readonly db: NodePgDatabase;
  readonly reads: Pick<PermitReads, 'rolesOn' | 'linksTo'>;
  readonly people: DirectoryPeople;
  readonly findPeople: FindPeople;
  readonly requestedOn: (on: SharedInstance) => Promise<readonly RequestedShare[]>;
  /** The titles of the collections that the reader may see. @throws {AuthorizationUnavailableError} */
  readonly readableCollections: ReadableTitles;
}

/** Maximum number of users listed. */
const mostPeople = 200;

/** The instance, its creator and the caller. */
export interface SharesQuestion {
  readonly on: SharedInstance;
  readonly ownerKey: string;
  readonly reader: SignedIn;
}

/** Reads who has access to a report or a collection, and why. @throws {PermitApiError} */
export type ReadShares = (question: SharesQuestion) => Promise<Shares>;

export function createReadShares(deps: ReadSharesDeps): ReadShares {
  const { db, reads, people, findPeople, requestedOn, readableCollections } = deps;
  return async ({ on, ownerKey, reader }) => {
    const [roles, given, requested, counts] = await Promise.all([
      readRolesOn(reads, on),
      givenOn(db, on),
      requestedOn(on),
      people.countByRole(on.tenant),
    ]);
    const byPerson = Map.groupBy(roles, ({ user }) => user);
    const members = await people.among(on.tenant, [...byPerson.keys()]);
    const known = new Map(members.map((person) => [person.key, person]));
    const ordered = [...byPerson.keys()].toSorted(
      (one, other) =>
        strongest(byPerson.get(one)) - strongest(byPerson.get(other)) ||
        nameOf(known.get(one), one).localeCompare(nameOf(known.get(other), other)),
    );
    const shown = ordered.slice(0, mostPeople);
    const collections = new Set(roles.flatMap(({ via }) => (via === null ? [] : [keyOf(via)])));
    const [names, titles] = await Promise.all([
      findPeople([
        ...shown.filter((key) => !known.has(key)),
        ...given.filter(({ subject }) => shown.includes(subject)).map(({ by }) => by),
      ]),
      readableCollections(reader, [...collections]),
    ]);
    const sourceOf = ({ user, role, via }: InstanceRole): ShareSource => {
      if (via !== null) {
        const title = titles.get(keyOf(via));
        return {
          kind: 'collection',
          collection: title === undefined ? null : { id: keyOf(via), title },
        };
      }
      const isIt = (one: Pick<GivenShare, 'subject' | 'role'>): boolean =>
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
    return {
      people: shown.map((key) => ({
        ...(known.get(key) ?? { key, name: names.get(key)?.name ?? null, email: null, isMachine: false }),
        roles: (byPerson.get(key) ?? [])
          .toSorted((one, other) => rank(one.role) - rank(other.role))
          .map((held) => ({ role: held.role, source: sourceOf(held) })),
      })),
      more: ordered.length - shown.length,
      byRole: rolesOf(policy).flatMap((role) => {
        const permissions = permissionsBy(on.resource, { inTenant: [role], onInstance: [] });
        return permissions.length === 0 ? [] : [{ role, people: counts[role] ?? 0, permissions }];
      }),
    };
  };
}

function keyOf(object: string): string {
  return object.slice(object.indexOf(':') + 1);
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
