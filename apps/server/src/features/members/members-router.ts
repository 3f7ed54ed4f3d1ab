import type { PermitDecider } from '@latchkey/permissions/permit';
import type { policy } from '@latchkey/policy';
import type { AnyTRPCRouter } from '@trpc/server';
import { resourcesWithRoles } from '../../auth/resources-with-roles.ts';
import type { Topic } from '../../bus/topic.ts';
import { gatedPermissionsIn } from '../../trpc/gated-permissions.ts';
import type { Subscriptions } from '../../trpc/subscriptions.ts';
import { permitted, permittedInPerson, router } from '../../trpc/trpc.ts';
import { originOf } from '../audit/record.ts';
import { notFound, type ChangeRoles } from './change-roles.ts';
import type { MemberCounts } from './count-members.ts';
import type { MemberReader } from './member-reader.ts';
import type { MemberRow, MemberStore } from './member-store.ts';
import { ListInput, MemberFilter, MemberRef, PreviewInput, RoleRef } from './members-inputs.ts';
import type { MembersChange } from './members-topic.ts';
import { previewRoles } from './role-preview.ts';

export interface MembersRouterDeps {
  readonly appRouter: () => AnyTRPCRouter;
  readonly decider: Pick<PermitDecider<typeof policy>, 'instanceGrants'>;
  readonly subscriptions: Subscriptions;
  readonly members: {
    readonly storeOf: (tenant: string) => MemberStore;
    readonly countsOf: (tenant: string) => Promise<MemberCounts>;
    readonly reader: MemberReader;
    readonly changeRoles: ChangeRoles;
    /** Compares these members with Permit. Never rejects. */
    readonly refresh: (tenant: string, rows: readonly MemberRow[]) => Promise<void>;
    readonly completeAt: () => Promise<Date | undefined>;
    readonly changes: Pick<Topic<MembersChange>, 'subscribe'>;
  };
}

/** The members of a tenant and their tenant roles. */
export function createMembersRouter({ appRouter, decider, subscriptions, members }: MembersRouterDeps) {
  const changeOf = (change: 'assign' | 'unassign') =>
    permittedInPerson('members:assign')
      .input(RoleRef)
      .mutation(async ({ ctx, input: { subject, role } }) => {
        const { tenant } = ctx.identity;
        await members.changeRoles.change({ tenant, subject, role, change }, originOf(ctx));
        return requireFound(await members.reader.readShown(tenant, subject), subject);
      });

  return router({
    /**
     * Members by name or last sign-in, from an offset. Returns `{ members, asOf }`; `asOf`: every one of them is as the directories
     * were then, or later; `null` while they are read for the first time.
     *
     * They are compared with Permit after they were answered: `changes` tells when something was different.
     */
    list: permitted('members:view')
      .input(ListInput)
      .query(async ({ ctx: { identity }, input }) => {
        const { tenant } = identity;
        const [rows, completeAt] = await Promise.all([
          members.storeOf(tenant).list(input),
          members.completeAt(),
        ]);
        void members.refresh(tenant, rows);
        return { members: await members.reader.shown(rows), asOf: asOf(rows, completeAt) };
      }),

    /**
     * How many members there are by role, source, status and kind, whatever the filter is; and `found`: how many the filter finds.
     * As of the last change, or a minute ago.
     */
    counts: permitted('members:view')
      .input(MemberFilter)
      .query(async ({ ctx: { identity }, input }) => {
        const { tenant } = identity;
        const isFiltered = Object.values(input).some((value) => value !== undefined && value !== '');
        const [counts, found] = await Promise.all([
          members.countsOf(tenant),
          isFiltered ? members.storeOf(tenant).total(input) : undefined,
        ]);
        return { ...counts, found: found ?? counts.all };
      }),

    /** One member, as Permit has them now. @throws `PERSON_NOT_FOUND` */
    get: permitted('members:view')
      .input(MemberRef)
      .query(async ({ ctx: { identity }, input: { subject } }) =>
        requireFound(await members.reader.readShown(identity.tenant, subject), subject),
      ),

    /**
     * What a change of a role would do: `{ gains, loses, obstacle }`.
     *
     * - `gains`, `loses`: `[{ permission, onInstances }]`, in the whole tenant; `onInstances`: on how many reports and the like the
     *   member has the permission anyhow.
     * - `obstacle`: the code that the change would be refused with, or `null`.
     *
     * @throws `PERSON_NOT_FOUND`
     */
    preview: permitted('members:assign')
      .input(PreviewInput)
      .query(async ({ ctx: { identity }, input: { subject, role, change } }) => {
        const { tenant } = identity;
        const present = requireFound(await members.reader.read(tenant, subject), subject);
        const [{ here }, onInstances, obstacle] = await Promise.all([
          gatedPermissionsIn(tenant, appRouter()),
          decider.instanceGrants({ tenant, subject }, resourcesWithRoles),
          members.changeRoles.obstacleTo({ tenant, subject, role, change }, present),
        ]);
        const others = present.roles.filter((held) => held !== role);
        const after = change === 'assign' ? [...others, role] : others;
        const preview = previewRoles({ before: present.roles, after, shown: here, onInstances });
        return { ...preview, obstacle: obstacle ?? null };
      }),

    /**
     * Gives a tenant role, and returns the member; does nothing when they have it.
     * @throws `PERSON_NOT_FOUND`, `ROLE_MANAGED_IN_LOGTO`, `MEMBER_SUSPENDED`, `ROLE_ENDING`
     */
    assign: changeOf('assign'),

    /**
     * Takes a tenant role away, and returns the member; does nothing when they do not have it. The grant of a request ends.
     * @throws `PERSON_NOT_FOUND`, `ROLE_MANAGED_IN_LOGTO`, `MEMBER_SUSPENDED`, `LAST_ADMINISTRATOR`
     */
    unassign: changeOf('unassign'),

    /** Tells, at once and whenever members or their roles changed, that it is time to read again. Ends with the token. */
    changes: permitted('members:view').subscription(({ ctx: { identity, permissions }, signal }) =>
      subscriptions.changes({
        identity,
        signal,
        subscribe: (onChange) =>
          members.changes.subscribe({
            onGap: onChange,
            onMessage({ tenant }) {
              if (tenant === undefined || tenant === identity.tenant) onChange();
            },
          }),
        recheck: () => permissions.require('members:view'),
      }),
    ),
  });
}

function requireFound<Found>(found: Found | undefined, subject: string): Found {
  if (found === undefined) throw notFound(subject);
  return found;
}

/** The oldest of the times at which these rows were read, each on its own or by the last complete reading. */
function asOf(rows: readonly MemberRow[], completeAt: Date | undefined): string | null {
  if (completeAt === undefined) return null;
  const times = rows.map(({ readAt }) => Math.max(readAt.getTime(), completeAt.getTime()));
  return new Date(Math.min(...times, rows.length === 0 ? completeAt.getTime() : Infinity)).toISOString();
}
