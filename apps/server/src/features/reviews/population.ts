import {
  defaultTenant,
  logtoIdOf,
  parseSuspendedRoles,
  suspendedRolesAttribute,
  userKey,
  type LogtoManagement,
  type PermitReads,
} from '@latchkey/directory-sync';
import type { DirectoryPeople } from '../../directory/directory-person.ts';
import { isMachine, nameInPermit } from '../../directory/people.ts';
import { latestUse, type PermissionUse, type PermissionUses } from '../../directory/permission-uses.ts';
import { parseInstance, type TitlesOf } from '../../directory/shared-resources.ts';
import { rightOf } from './arrange-rows.ts';
import {
  flagsOf,
  grantsOf,
  isInScope,
  unusedDays,
  type Described,
  type FoundRow,
  type PlacedRole,
} from './found-row.ts';
import type { HeldRoles, OriginsOf } from './origins.ts';
import type { Completeness, ReviewScope } from './review.ts';
import { isReviewed } from './review-access.ts';
import { readUsePeriod } from './use-period.ts';

export interface PopulationDeps {
  readonly reads: Pick<PermitReads, 'users' | 'grantsOfAll'>;
  readonly logto: Pick<LogtoManagement, 'users' | 'members'> | undefined;
  readonly originsOf: OriginsOf;
  readonly people: Pick<DirectoryPeople, 'activityAmong'>;
  readonly titlesOf: TitlesOf;
  readonly reportsIn: (collections: readonly string[]) => Promise<ReadonlyMap<string, ReadonlySet<string>>>;
  readonly uses: Pick<PermissionUses, 'readUses' | 'auditedSince'>;
  readonly now: () => Date;
}

export interface Population {
  readonly rows: readonly FoundRow[];
  readonly completeness: Completeness;
}

interface Holder extends HeldRoles {
  readonly name: string | null;
  readonly email: string | null;
  readonly isSuspended: boolean;
}

/** Before a removal, users see which permissions were used within this many days. */
const recentDays = 30;
const day = 86_400_000;
/** The number of users per batch, because Permit filters roles by at most 100 users. */
const batchSize = 100;

/**
 * Creates a function that reads every role in the tenant and on its instances from Permit, and compares the users with
 * Logto. `onProgress` gets the number of roles read so far.
 * @throws {PermitApiError | LogtoApiError}
 */
export function createReadPopulation(deps: PopulationDeps) {
  return async (
    { tenant, scope }: { readonly tenant: string; readonly scope: ReviewScope },
    { onProgress, signal }: { readonly onProgress: (roles: number) => void; readonly signal: AbortSignal },
  ): Promise<Population> => {
    const from = deps.now();
    const period = await readUsePeriod(deps.uses, { tenant, days: unusedDays, now: from });
    const [{ holders, known }, inLogto, uses] = await Promise.all([
      readHolders(deps.reads, tenant, { onProgress, signal }),
      readLogto(deps.logto, tenant, signal),
      readUses(deps, tenant, period.since),
    ]);
    const until = deps.now();
    const holdersOf = Map.groupBy(
      holders.flatMap(({ held }) => held),
      keyOf,
    );
    const permitRoles = holders.reduce((sum, { held }) => sum + held.length, 0);
    const rows: FoundRow[] = [];
    for (let start = 0; start < holders.length; start += batchSize) {
      const batch = holders.slice(start, start + batchSize);
      // oxlint-disable-next-line no-await-in-loop -- sequential batches
      const found = await describe(deps, { tenant, batch, uses, from });
      for (const row of found) {
        const flags = flagsOf(row, { period, isOnly: holdersOf.get(keyOf(row))?.length === 1 });
        if (isInScope(row, scope, flags)) rows.push({ ...row, flags });
      }
      // Extends the lease.
      onProgress(permitRoles);
    }
    return {
      rows,
      completeness: {
        from: from.toISOString(),
        until: until.toISOString(),
        logtoUsers: inLogto?.length ?? null,
        onlyInLogto: inLogto?.filter((key) => !known.has(key)).length ?? null,
        permitUsers: holders.length,
        permitRoles,
        rows: rows.length,
      },
    };
  };
}

function keyOf({ role, instance }: PlacedRole): string {
  return `${instance ?? ''} ${role}`;
}

async function readHolders(
  reads: PopulationDeps['reads'],
  tenant: string,
  { onProgress, signal }: { readonly onProgress: (roles: number) => void; readonly signal: AbortSignal },
): Promise<{ readonly holders: Holder[]; readonly known: ReadonlySet<string> }> {
  const holders: Holder[] = [];
  const known = new Set<string>();
  let roles = 0;
  for await (const page of reads.users(signal)) {
    for (const user of page) {
      known.add(user.key);
      const stored = parseSuspendedRoles(user.attributes[suspendedRolesAttribute]);
      const held = [...user.grants, ...stored].flatMap(({ role, tenant: where, instance = null }) =>
        where === tenant && isReviewed({ instance }) ? [{ role, instance }] : [],
      );
      if (held.length === 0) continue;
      roles += held.length;
      holders.push({
        subject: user.key,
        name: nameInPermit(user),
        email: user.email,
        isMachine: isMachine(user),
        isSuspended: stored.length > 0,
        held,
      });
    }
    onProgress(roles);
  }
  return { holders, known };
}

async function readLogto(
  logto: PopulationDeps['logto'],
  tenant: string,
  signal: AbortSignal,
): Promise<string[] | null> {
  if (logto === undefined) return null;
  const pages =
    tenant === defaultTenant ? logto.users({ signal }) : logto.members(logtoIdOf(tenant), { signal });
  const keys: string[] = [];
  for await (const page of pages) keys.push(...page.map(({ id }) => userKey(id)));
  return keys;
}

type Uses = ReadonlyMap<string, readonly PermissionUse[]>;

async function readUses(deps: PopulationDeps, tenant: string, since: Date): Promise<Uses> {
  const bySubject = new Map<string, PermissionUse[]>();
  for await (const page of deps.uses.readUses(tenant, since))
    for (const use of page) {
      const ofSubject = bySubject.get(use.subject);
      if (ofSubject === undefined) bySubject.set(use.subject, [use]);
      else ofSubject.push(use);
    }
  return bySubject;
}

async function describe(
  deps: PopulationDeps,
  {
    tenant,
    batch,
    uses,
    from,
  }: { readonly tenant: string; readonly batch: readonly Holder[]; readonly uses: Uses; readonly from: Date },
): Promise<Described[]> {
  const subjects = batch.map(({ subject }) => subject);
  const instances = [...new Set(batch.flatMap(({ held }) => held.flatMap(({ instance }) => instance ?? [])))];
  const idsOf = (resource: string): string[] =>
    instances.flatMap((one) => (one.startsWith(`${resource}:`) ? [one.slice(resource.length + 1)] : []));
  const [originOf, assignments, members, reports, collections, reportsIn] = await Promise.all([
    deps.originsOf(tenant, batch),
    deps.reads.grantsOfAll(subjects, tenant),
    deps.people.activityAmong(tenant, subjects),
    deps.titlesOf(tenant, 'reports', idsOf('reports')),
    deps.titlesOf(tenant, 'collections', idsOf('collections')),
    deps.reportsIn(idsOf('collections')),
  ]);
  const assignedAt = new Map(
    assignments.map(({ user: subject, grant: { role, instance = null }, since }) => [
      rightOf({ subject, role, instance }),
      since,
    ]),
  );
  const memberOf = new Map(members.map((member) => [member.subject, member]));
  const recent = from.getTime() - recentDays * day;
  return batch.flatMap(({ subject, held, ...holder }) => {
    const member = memberOf.get(subject);
    return held.map(({ role, instance }): Described => {
      const grants = grantsOf({ role, instance });
      const id = instance === null ? null : parseInstance(instance).id;
      // A role on a collection gives the same role on its reports.
      const inheriting = id === null ? undefined : reportsIn.get(id);
      const inherited = inheriting === undefined ? [] : grantsOf({ role, instance: 'reports:' });
      const used = (uses.get(subject) ?? []).filter((use) => {
        const isOf = (permissions: readonly string[]): boolean => permissions.includes(use.permission);
        return (
          (isOf(grants) && (id === null || use.instance === id)) ||
          (use.instance !== null && inheriting?.has(use.instance) === true && isOf(inherited))
        );
      });
      const origin = originOf({ subject, role, instance });
      const assigned = assignedAt.get(rightOf({ subject, role, instance })) ?? null;
      return {
        subject,
        role,
        instance,
        isInactive: member?.isInactive ?? false,
        dates: [origin.since, assigned],
        facts: {
          ...holder,
          isSuspended: holder.isSuspended || member?.isSuspended === true,
          title: id === null ? null : (reports.get(id) ?? collections.get(id) ?? null),
          source: origin.source,
          since: origin.since ?? assigned,
          lastSignInAt: member?.lastSignInAt?.toISOString() ?? null,
          lastUsedAt: latestUse([...grants, ...inherited], used)?.toISOString() ?? null,
          used: [
            ...new Set(
              used.flatMap(({ permission, lastAt }) => (lastAt.getTime() >= recent ? [permission] : [])),
            ),
          ],
          grants,
          inherited: inheriting?.size ?? 0,
        },
      };
    });
  });
}
