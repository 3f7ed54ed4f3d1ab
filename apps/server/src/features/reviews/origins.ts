import type { FindPeople } from '../../directory/people.ts';
import type { UnnamedSource } from '../../directory/role-source.ts';
import type { PlacedRole } from './found-row.ts';
import type { ReviewedSource } from './review.ts';

/** The source of a user's role, and its date in ISO 8601; `null` if unknown. */
export interface RoleOrigin {
  readonly source: ReviewedSource | null;
  readonly since: string | null;
}

export interface HeldRoles {
  readonly subject: string;
  readonly isMachine: boolean;
  readonly held: readonly PlacedRole[];
}

interface Users {
  readonly tenant: string;
  readonly subjects: readonly string[];
}

/** Instances are `reports:<id>`. */
interface Given {
  readonly subject: string;
  readonly role: string;
  readonly instance?: string | undefined;
  readonly by: string;
  readonly at: Date;
}

export interface OriginsDeps {
  readonly loadSources: (
    subjects: readonly string[],
  ) => Promise<
    (held: {
      readonly tenant: string;
      readonly subject: string;
      readonly role: string;
      readonly kind: 'person' | 'machine';
    }) => UnnamedSource
  >;
  readonly grantsAmong: (
    users: Users,
  ) => Promise<readonly (Given & { readonly requestId: string | null; readonly endsAt: Date | null })[]>;
  readonly givenAmong: (users: Users) => Promise<readonly Given[]>;
  /** Returns the reports and collections that these users created. */
  readonly createdAmong: (
    users: Users,
  ) => Promise<readonly Required<Pick<Given, 'subject' | 'instance' | 'at'>>[]>;
  readonly findPeople: FindPeople;
}

export type OriginsOf = (
  tenant: string,
  users: readonly HeldRoles[],
) => Promise<(held: PlacedRole & { readonly subject: string }) => RoleOrigin>;

export function createOriginsOf(deps: OriginsDeps): OriginsOf {
  return async (tenant, users) => {
    const which = { tenant, subjects: users.map(({ subject }) => subject) };
    const machines = new Set(users.flatMap(({ subject, isMachine }) => (isMachine ? [subject] : [])));
    const [sourceOf, grants, given, created] = await Promise.all([
      deps.loadSources(which.subjects),
      deps.grantsAmong(which),
      deps.givenAmong(which),
      deps.createdAmong(which),
    ]);
    const tenantSource = (subject: string, role: string): UnnamedSource =>
      sourceOf({ tenant, subject, role, kind: machines.has(subject) ? 'machine' : 'person' });
    const assigners = users.flatMap(({ subject, held }) =>
      held.flatMap(({ role, instance }) => {
        const source = instance === null ? tenantSource(subject, role) : undefined;
        return source?.kind === 'hand' && source.by !== null ? [source.by] : [];
      }),
    );
    const named = await deps.findPeople([...assigners, ...[...grants, ...given].map(({ by }) => by)]);
    const doer = (key: string) => ({ key, name: named.get(key)?.name ?? null });
    const grantOf = byRole(grants);
    const givenOf = byRole(given);
    const createdOf = byRole(created.map((one) => ({ ...one, role: 'owner' })));
    return ({ subject, role, instance }) => {
      const key = keyOf(subject, role, instance);
      const grant = grantOf.get(key);
      if (instance === null) {
        const source = tenantSource(subject, role);
        const since = grant?.at.toISOString() ?? (source.kind === 'hand' ? source.at : null);
        if (source.kind !== 'hand') return { source, since };
        return { source: { ...source, by: source.by === null ? null : doer(source.by) }, since };
      }
      if (grant !== undefined) {
        const [at, endsAt] = [grant.at.toISOString(), grant.endsAt?.toISOString() ?? null];
        const source =
          grant.requestId === null
            ? ({ kind: 'hand', by: doer(grant.by), at, endsAt } as const)
            : ({ kind: 'request', requestId: grant.requestId, endsAt } as const);
        return { source, since: at };
      }
      const share = givenOf.get(key);
      const at = (share ?? createdOf.get(key))?.at.toISOString() ?? null;
      if (at === null) return { source: null, since: null };
      const source =
        share === undefined
          ? ({ kind: 'creator', at } as const)
          : ({ kind: 'hand', by: doer(share.by), at, endsAt: null } as const);
      return { source, since: at };
    };
  };
}

function byRole<One extends Pick<Given, 'subject' | 'role' | 'instance'>>(
  all: readonly One[],
): ReadonlyMap<string, One> {
  return new Map(all.map((one) => [keyOf(one.subject, one.role, one.instance ?? null), one]));
}

function keyOf(subject: string, role: string, instance: string | null): string {
  return JSON.stringify([subject, role, instance]);
}
