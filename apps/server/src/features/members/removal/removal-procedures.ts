import { defaultTenant } from '@latchkey/directory-sync';
import { z } from 'zod';
import { PersonKey } from '../../../directory/directory-person.ts';
import {
  parseInstance,
  readTitles,
  type Instance,
  type TitleReaders,
} from '../../../directory/shared-resources.ts';
import { AppError } from '../../../platform/app-error.ts';
import { permitted, permittedInPerson } from '../../../platform/trpc/trpc.ts';
import { asAppError } from '../../../platform/trpc/error-data.ts';
import { originOf } from '../../audit/record.ts';
import { maxMembers } from '../bulk-procedures.ts';
import { MemberRef } from '../member.ts';
import type { RemovedRole } from '../../../directory/roles-in-tenant.ts';
import { inBatches } from '../../../platform/in-batches.ts';
import { removalActions, type RemoveMembers } from './remove-members.ts';
import type { RestoreMembers } from './restore-members.ts';
import { RowId } from '../../../platform/text-input.ts';

export interface RemovalProceduresDeps extends TitleReaders {
  readonly members: { readonly removal: RemoveMembers & RestoreMembers };
}

/** The maximum number of a member's shares listed. The rest are only counted. */
const maxShares = 20;

const Members = z.object({ subjects: z.array(PersonKey).min(1).max(maxMembers) });
const RemoveInput = Members.extend({
  actions: z.array(z.enum(removalActions)).min(1).max(4),
  newOwner: PersonKey.optional(),
});
const RestoreInput = z.object({ removals: z.array(RowId).min(1).max(maxMembers) });

export function createRemovalProcedures({ members, ...titles }: RemovalProceduresDeps) {
  return {
    /**
     * Returns what members would lose.
     *
     * - `roles`: in the tenant. An undo does not restore temporary roles.
     * - `shares`: the first roles on reports and collections; `moreShares` counts the rest. `title` is `null` if the
     *   caller may not read it. `lastOwnerOf` counts those that would have no owner.
     * - `obstacle`: the code of the refusal or the outage, or `null`.
     */
    removePreview: permitted('members:remove')
      .input(Members)
      .query(async ({ ctx, input: { subjects } }) => {
        const { tenant } = ctx.identity;
        const people = await members.removal.preview(
          tenant,
          [...new Set(subjects)],
          originOf(ctx).actor.subject,
        );
        const listed = people.map(({ roles }) => sharesIn(roles).slice(0, maxShares));
        const titleOf = await readTitles(ctx, listed.flat(), titles);
        return people.map(({ subject, member, roles, lastOwnerOf, obstacle }, index) => ({
          subject,
          name: member?.name ?? null,
          email: member?.email ?? null,
          status: member?.status ?? null,
          roles: roles
            .filter(({ instance }) => instance === undefined)
            .map(({ role, isTemporary }) => ({ role, isTemporary })),
          shares: (listed[index] ?? []).map((share) => ({
            ...share,
            title: titleOf(share),
            isLastOwner: share.role === 'owner' && lastOwnerOf.includes(`${share.resource}:${share.id}`),
          })),
          moreShares: sharesIn(roles).length - (listed[index]?.length ?? 0),
          lastOwnerOf: lastOwnerOf.length,
          obstacle,
        }));
      }),

    /**
     * Removes the access of each member separately, and returns `[{ subject, removal, done, code }]` in their order.
     *
     * - `actions`: in the tenant `default`, any of `roles`, `suspend` and `sessions`, of which the last two affect the
     *   whole account; in an organization, `organization`, which removes the membership and all roles there.
     * - `newOwner`: becomes an owner of the reports and collections that would have none. Without it, the removal of
     *   their last owner fails: `LAST_OWNER`.
     * - `done`: the actions that took effect. `code`: why the others did not; repeating the call completes them.
     * - `removal`: the id for `members.restore`; `null` if nothing was attempted.
     */
    remove: permittedInPerson('members:remove')
      .input(RemoveInput)
      .mutation(async ({ ctx, input: { subjects, actions, newOwner } }) => {
        const isAccount = ctx.identity.tenant === defaultTenant;
        if (actions.some((action) => (action === 'organization') === isAccount)) {
          throw new AppError(
            'INPUT_INVALID',
            'Accounts are managed in the tenant default, memberships in their organization.',
          );
        }
        if (newOwner !== undefined && subjects.includes(newOwner))
          throw new AppError('NEW_OWNER_INVALID', 'The new owner loses access in this call.');
        return members.removal.remove(subjects, { actions: new Set(actions), newOwner }, originOf(ctx));
      }),

    /**
     * Reactivates accounts or adds them back to the organization, with the same roles, and returns `[{ removal,
     * subject, skipped, code }]`. `skipped` is the number of temporary roles, which are not restored.
     */
    restore: permittedInPerson('members:assign')
      .input(RestoreInput)
      .mutation(async ({ ctx, input: { removals } }) => {
        return inBatches([...new Set(removals)], async (id) => {
          const undone = await members.removal
            .restore(id, originOf(ctx))
            .catch((error: unknown) => asAppError(error));
          return undone instanceof AppError
            ? { removal: id, subject: null, skipped: 0, code: undone.code }
            : { removal: id, ...undone, code: null };
        });
      }),

    /**
     * Ends the suspension of an account, in the tenant `default`. Sync then restores its roles.
     * @throws `PERSON_NOT_FOUND`
     */
    reactivate: permittedInPerson('members:assign')
      .input(MemberRef)
      .mutation(({ ctx, input: { subject } }) => members.removal.reactivate(subject, originOf(ctx))),
  };
}

interface Share extends Instance {
  readonly role: string;
}

/** Ownerships come first. */
function sharesIn(roles: readonly RemovedRole[]): Share[] {
  const shares = roles.flatMap(({ role, instance }) =>
    instance === undefined ? [] : [{ ...parseInstance(instance), role }],
  );
  return shares.toSorted((one, other) => Number(other.role === 'owner') - Number(one.role === 'owner'));
}
