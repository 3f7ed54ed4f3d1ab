import { z } from 'zod';
import type { Topic } from '../../platform/bus/topic.ts';
import { Duration } from '../../directory/duration.ts';
import { gatedPermissionsIn } from '../../directory/gated-permissions.ts';
import { messagesOf } from '../../directory/subscriptions.ts';
import { permitted, permittedInPerson, router } from '../../platform/trpc/trpc.ts';
import { originOf } from '../audit/record.ts';
import { createBulkProcedures, endAfter } from './bulk-procedures.ts';
import type { AskedChange, ChangeRoles } from './change-roles.ts';
import type { MemberCounts } from './count-members.ts';
import type { MemberRefresh } from './member-refresh.ts';
import type { Member, ViewMembers } from './member-views.ts';
import { ListInput, type MemberRow, type MemberStore } from './member-store.ts';
import { MemberFilter, MemberRef, PreviewInput, RoleRef, type MembersChange } from './member.ts';
import { previewRoles } from '../../directory/preview-roles.ts';
import { resourcesWithRoles } from '../../directory/shared-resources.ts';
import type { PdpDecider } from '../../directory/decisions.ts';
import { personNotFound } from '../../directory/find-person.ts';
import { roleActions, roleHistory, type LoggedRoleChange } from './role-history.ts';
import { createRemovalProcedures, type RemovalProceduresDeps } from './removal/removal-procedures.ts';

export interface MembersRouterDeps extends Omit<RemovalProceduresDeps, 'members'> {
  readonly decider: Pick<PdpDecider, 'instanceGrants'>;
  readonly members: MemberRefresh & {
    readonly storeOf: (tenant: string) => MemberStore;
    readonly countsOf: (tenant: string, search?: string) => Promise<MemberCounts>;
    readonly view: ViewMembers;
    readonly changeRoles: ChangeRoles;
    readonly onError: (error: Error) => void;
    readonly now: () => Date;
    readonly removal: RemovalProceduresDeps['members']['removal'];
    /** Updates these members from Permit. Never rejects. */
    readonly refreshShown: (tenant: string, rows: readonly MemberRow[]) => Promise<void>;
    readonly completeAt: () => Promise<Date | undefined>;
    readonly changes: Pick<Topic<MembersChange>, 'subscribe'>;
    readonly roleLog: RoleLog;
  };
}

/** The changes of tenant roles in the audit log. */
export interface RoleLog {
  /** When the tenant's log begins; `null` if it is empty. */
  readonly auditedSince: (tenant: string) => Promise<Date | null>;
  /** Returns the latest changes, oldest first. */
  readonly roleChanges: (
    tenant: string,
    page: { readonly since: Date; readonly actions: readonly string[]; readonly limit: number },
  ) => Promise<readonly LoggedRoleChange[]>;
}

const day = 86_400_000;
/** The maximum number of logged changes that a history reads. */
const maxLogged = 50_000;

export function createMembersRouter({ decider, members, ...titles }: MembersRouterDeps) {
  const changeOne = async (
    ctx: CallContext,
    asked: Pick<AskedChange, 'subject' | 'role' | 'change' | 'endsAt'>,
  ): Promise<Member> => {
    const { tenant } = ctx.identity;
    const [made] = await members.changeRoles.changeAll([{ ...asked, tenant }], originOf(ctx));
    if (made?.status === 'rejected') throw made.reason;
    return requireFound(await members.refreshedView(tenant, asked.subject), asked.subject);
  };

  return router({
    /**
     * Lists members: `{ members, asOf }`. All were read at the time `asOf` or later; `null` before the first complete
     * read.
     *
     * Compares them with Permit in the background; `changes` signals any difference.
     */
    list: permitted('members:view')
      .meta({
        tool: {
          name: 'find_people',
          title: 'Find people',
          description:
            'The members of the organization, with their roles, status and last sign-in. Search by name or email address. The key of a person is what other tools need.',
        },
      })
      .input(ListInput)
      .query(async ({ ctx: { identity }, input }) => {
        const { tenant } = identity;
        const [rows, completeAt] = await Promise.all([
          members.storeOf(tenant).list(input),
          members.completeAt(),
        ]);
        void members.refreshShown(tenant, rows);
        return { members: await members.view(rows), asOf: asOf(rows, completeAt) };
      }),

    /**
     * Counts the members that match the search, for each role, source, status and kind, and as `found` those that match
     * all filters. Without a search, the counts can be up to a minute old.
     */
    counts: permitted('members:view')
      .input(MemberFilter)
      .query(async ({ ctx: { identity }, input }) => {
        const { tenant } = identity;
        const isFiltered = Object.values(input).some((value) => value !== undefined && value !== '');
        const [counts, found] = await Promise.all([
          members.countsOf(tenant, input.search),
          isFiltered ? members.storeOf(tenant).total(input) : undefined,
        ]);
        return { ...counts, found: found ?? counts.all };
      }),

    /**
     * Counts the active members with each role on each of the last days: `{ since, isKnown, points: [{ at, members,
     * roles }] }`, oldest first. The last point is the present. `members`: those with any role. `since`: where the
     * history begins; `isKnown` is `false` if the audit log does not cover all days.
     */
    roleHistory: permitted('audit:view')
      .input(z.object({ days: z.number().int().min(1).max(365).default(90) }))
      .query(async ({ ctx: { identity }, input: { days } }) => {
        const { tenant } = identity;
        const now = members.now().getTime();
        const begin = now - days * day;
        const { auditedSince, roleChanges } = members.roleLog;
        const [logged, changes, groups] = await Promise.all([
          auditedSince(tenant),
          roleChanges(tenant, { since: new Date(begin), actions: roleActions, limit: maxLogged }),
          members.storeOf(tenant).groups(),
        ]);
        const read = changes.length < maxLogged ? undefined : changes[0]?.at;
        const since = Math.max(begin, logged?.getTime() ?? now, read?.getTime() ?? begin);
        const rows = await members.storeOf(tenant).among([...new Set(changes.map(({ subject }) => subject))]);
        const rolesNow = new Map(
          rows.filter(({ status }) => status === 'active').map(({ subject, roles }) => [subject, roles]),
        );
        const daily = Array.from({ length: days }, (_, index) => begin + index * day);
        const times = [since, ...daily.filter((time) => time > since), now];
        return {
          since: new Date(since).toISOString(),
          isKnown: since === begin,
          points: roleHistory(times, { changes, groups, rolesNow }),
        };
      }),

    /** Returns one member, read from Permit. @throws `PERSON_NOT_FOUND` */
    get: permitted('members:view')
      .input(MemberRef)
      .query(async ({ ctx: { identity }, input: { subject } }) =>
        requireFound(await members.refreshedView(identity.tenant, subject), subject),
      ),

    /**
     * Previews a role change: `{ gains, loses, obstacle }`.
     *
     * - `gains`, `loses`: `[{ permission, onInstances }]`, the permissions in the tenant. `onInstances`: the number of
     *   instances, such as reports, on which the member has the permission regardless of the change.
     * - `obstacle`: the code with which the change would be refused; `null` if nothing prevents it.
     *
     * @throws `PERSON_NOT_FOUND`
     */
    preview: permitted('members:assign')
      .input(PreviewInput)
      .query(async ({ ctx, input: { subject, role, change } }) => {
        const { tenant } = ctx.identity;
        const present = requireFound(await members.refresh(tenant, subject), subject);
        const [{ here }, onInstances, { obstacle = null }] = await Promise.all([
          gatedPermissionsIn(tenant, ctx.router),
          decider.instanceGrants({ tenant, subject }, resourcesWithRoles),
          members.changeRoles.preview({ tenant, subject, role, change }, present),
        ]);
        const others = present.roles.filter((held) => held !== role);
        const after = change === 'assign' ? [...others, role] : others;
        const preview = previewRoles({ before: present.roles, after, shown: here, onInstances });
        return { ...preview, obstacle };
      }),

    /**
     * Assigns a tenant role for `duration` seconds, or without an end if it is `null`, and returns the member. Never
     * shortens a role that the member has.
     * @throws `PERSON_NOT_FOUND`, `ROLE_MANAGED_IN_LOGTO`, `MEMBER_SUSPENDED`, `ROLE_ENDING`
     */
    assign: permittedInPerson('members:assign')
      .input(RoleRef.extend({ duration: Duration.default(null) }))
      .mutation(({ ctx, input: { duration, ...role } }) =>
        changeOne(ctx, { ...role, change: 'assign', endsAt: endAfter(duration, members.now()) }),
      ),

    /**
     * Removes a tenant role, if the member has it, and returns the member.
     * @throws `PERSON_NOT_FOUND`, `ROLE_MANAGED_IN_LOGTO`, `MEMBER_SUSPENDED`, `LAST_ADMINISTRATOR`,
     *   `DIRECTORY_UNAVAILABLE` if the account is being suspended
     */
    unassign: permittedInPerson('members:assign')
      .input(RoleRef)
      .mutation(({ ctx, input }) => changeOne(ctx, { ...input, change: 'unassign' })),

    ...createBulkProcedures({ members }),
    ...createRemovalProcedures({ ...titles, members }),

    /** Emits immediately and whenever members or their roles change, so that pages fetch them again. */
    changes: permitted('members:view').subscription(
      ({ ctx: { identity, permissions, subscriptions }, signal }) =>
        subscriptions.changes({
          identity,
          signal,
          subscribe: messagesOf(
            members.changes,
            ({ tenant }) => tenant === undefined || tenant === identity.tenant,
          ),
          recheck: () => permissions.require('members:view'),
        }),
    ),
  });
}

type CallContext = Parameters<typeof originOf>[0];

function requireFound<Found>(found: Found | undefined, subject: string): Found {
  if (found === undefined) throw personNotFound(subject);
  return found;
}

/** The time since which all these rows were read, individually or by the last complete read. */
function asOf(rows: readonly MemberRow[], completeAt: Date | undefined): string | null {
  if (completeAt === undefined) return null;
  const times = rows.map(({ readAt }) => Math.max(readAt.getTime(), completeAt.getTime()));
  return new Date(Math.min(...times, rows.length === 0 ? completeAt.getTime() : Infinity)).toISOString();
}
