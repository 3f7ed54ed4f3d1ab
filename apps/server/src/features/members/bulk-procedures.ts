import { z } from 'zod';
import { Duration } from '../../directory/duration.ts';
import { PersonKey } from '../../directory/directory-person.ts';
import type { ErrorCode } from '../../platform/app-error.ts';
import { inBatches } from '../../platform/in-batches.ts';
import { permitted, permittedInPerson } from '../../platform/trpc/trpc.ts';
import { originOf } from '../audit/record.ts';
import type { HeldRole } from '../../directory/administrators.ts';
import type { AskedChange, ChangeRoles, HeldUntil } from './change-roles.ts';
import { PreviewInput } from './member.ts';
import type { MemberRefresh } from './member-refresh.ts';
import { codeOf } from '../../platform/trpc/error-data.ts';

export interface BulkProceduresDeps {
  readonly members: {
    readonly changeRoles: ChangeRoles;
    readonly refreshAll: MemberRefresh['refreshAll'];
    readonly onError: (error: Error) => void;
    readonly now: () => Date;
  };
}

export const maxMembers = 200;

const Bulk = PreviewInput.omit({ subject: true }).extend({
  subjects: z.array(PersonKey).min(1).max(maxMembers),
});
const Held = z.object({ endsAt: z.iso.datetime().nullable() }).nullable();
const UndoInput = Bulk.pick({ role: true }).extend({
  members: z
    .array(z.object({ subject: PersonKey, before: Held }))
    .min(1)
    .max(maxMembers),
});

/** Each member is changed separately, so that a failure does not affect the others. */
export function createBulkProcedures({ members }: BulkProceduresDeps) {
  return {
    /**
     * Previews a change of a role for several members: `[{ subject, name, email, held, obstacle }]`.
     *
     * - `held`: `null`, or `{ endsAt }` if the member has the role, with `endsAt: null` for no end.
     * - `obstacle`: the code of the refusal or the outage, or `null`.
     */
    bulkPreview: permitted('members:assign')
      .input(Bulk)
      .query(async ({ ctx: { identity }, input: { subjects, role, change } }) => {
        const { tenant } = identity;
        const leaving: HeldRole[] = [];
        const people = [...new Set(subjects)];
        const readings = await members.refreshAll(tenant, people);
        const previewNext = async (reading: (typeof readings)[number], index: number) => {
          const subject = people[index] ?? '';
          const preview = await previewOne({ tenant, subject, role, change }, { reading, leaving });
          if (preview.obstacle === null) leaving.push({ subject, role });
          return preview;
        };
        // In order, because each removal can make the next member the last administrator.
        return inBatches(readings, previewNext, 1);
      }),

    /**
     * Assigns a role to members or removes it, and returns `[{ subject, before, isChanged, code }]`.
     *
     * - `duration`: seconds until an assigned role ends; `null` for no end. An assignment never shortens a role.
     * - `before`: the member's `held` before the change, to pass to `members.bulkUndo`.
     */
    bulkChange: permittedInPerson('members:assign')
      .input(Bulk.extend({ duration: Duration.default(null) }))
      .mutation(async ({ ctx, input: { subjects, duration, ...change } }) => {
        const { tenant } = ctx.identity;
        const endsAt = endAfter(duration, members.now());
        const people = [...new Set(subjects)];
        const asked = people.map((subject) => ({ ...change, tenant, subject, endsAt }));
        return changed(asked, await members.changeRoles.changeAll(asked, originOf(ctx)));
      }),

    /** Restores the role to its state before `bulkChange`, and returns `[{ subject, code }]`. */
    bulkUndo: permittedInPerson('members:assign')
      .input(UndoInput)
      .mutation(async ({ ctx, input: { role, members: people } }) => {
        const { tenant } = ctx.identity;
        const asked = people.map(({ subject, before }): AskedChange => {
          const endsAt = before === null || before.endsAt === null ? null : new Date(before.endsAt);
          const isOver = before === null || (endsAt !== null && endsAt <= members.now());
          return { tenant, subject, role, endsAt, exactly: !isOver, change: isOver ? 'unassign' : 'assign' };
        });
        const results = changed(asked, await members.changeRoles.changeAll(asked, originOf(ctx)));
        return results.map(({ subject, code }) => ({ subject, code }));
      }),
  };

  function changed(asked: readonly AskedChange[], results: Awaited<ReturnType<ChangeRoles['changeAll']>>) {
    return results.map((result, index) => {
      const subject = asked[index]?.subject ?? '';
      if (result.status === 'rejected')
        return { subject, before: null, isChanged: false, code: codeOf(result.reason, members.onError) };
      const { before, isChanged } = result.value;
      return { subject, before: shown(before), isChanged, code: null };
    });
  }

  async function previewOne(asked: AskedChange, { reading, leaving }: PreviewState) {
    const { subject } = asked;
    const refused = (obstacle: ErrorCode) => ({ subject, name: null, email: null, held: null, obstacle });
    try {
      if (reading.status === 'rejected') throw reading.reason;
      const present = reading.value;
      if (present === undefined) return refused('PERSON_NOT_FOUND');
      const { name, email } = present.member;
      const { held, obstacle = null } = await members.changeRoles.preview(asked, present, leaving);
      return { subject, name, email, held: shown(held), obstacle };
    } catch (error) {
      return refused(codeOf(error, members.onError));
    }
  }
}

interface PreviewState {
  readonly reading: Awaited<ReturnType<MemberRefresh['refreshAll']>>[number];
  /** The roles that the members before lose. */
  readonly leaving: readonly HeldRole[];
}

/** When a role that is assigned now for `duration` seconds ends; `null` for no end. */
export function endAfter(duration: number | null, now: Date): Date | null {
  return duration === null ? null : new Date(now.getTime() + duration * 1_000);
}

function shown(held: HeldUntil): { readonly endsAt: string | null } | null {
  return held && { endsAt: held.endsAt?.toISOString() ?? null };
}
