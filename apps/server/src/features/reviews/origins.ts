import type { FindPeople } from '../../directory/people.ts';
import type { UnnamedSource } from '../../directory/role-source.ts';
import { rightOf } from './arrange-rows.ts';
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
  readonly sharesAmong: (users: Users) => Promise<readonly Given[]>;
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
      deps.sharesAmong(which),
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
    // A temporary role is a grant, which replaces the record of an earlier share.
    const assignedOf = byRole([
      ...given.map((one) => ({ ...one, requestId: null, endsAt: null })),
      ...grants,
    ]);
    const createdOf = byRole(created.map((one) => ({ ...one, role: 'owner' })));
    return (held) => {
      const { subject, role, instance } = held;
      const assigned = assignedOf.get(rightOf(held));
      const assignedAt = assigned?.at.toISOString();
      if (instance === null) {
        const source = tenantSource(subject, role);
        const since = assignedAt ?? (source.kind === 'hand' ? source.at : null);
        if (source.kind !== 'hand') return { source, since };
        return { source: { ...source, by: source.by === null ? null : doer(source.by) }, since };
      }
      if (assigned === undefined || assignedAt === undefined) {
        const at = createdOf.get(rightOf(held))?.at.toISOString() ?? null;
        return { source: at === null ? null : { kind: 'creator', at }, since: at };
      }
      const { by, requestId } = assigned;
      const endsAt = assigned.endsAt?.toISOString() ?? null;
      const source =
        requestId === null
          ? ({ kind: 'hand', by: doer(by), at: assignedAt, endsAt } as const)
          : ({ kind: 'request', requestId, endsAt } as const);
      return { source, since: assignedAt };
    };
  };
}

function byRole<One extends Pick<Given, 'subject' | 'role' | 'instance'>>(
  all: readonly One[],
): ReadonlyMap<string, One> {
  return new Map(all.map((one) => [rightOf({ ...one, instance: one.instance ?? null }), one]));
}
