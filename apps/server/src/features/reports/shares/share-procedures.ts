import { z } from 'zod';
import type { SignedIn } from '../../../platform/trpc/context.ts';
import { permitted, permittedInPerson } from '../../../platform/trpc/trpc.ts';
import {
  type Shareable,
  type Sharing,
  AccessInput,
  CandidatesInput,
  PreviewInput,
  RoleInput,
} from './sharing.ts';
import { RowId } from '../../../platform/text-input.ts';

const InstanceRef = z.object({ id: RowId });

interface ShareProceduresDeps {
  readonly sharing: Sharing;
  /** @throws {AppError} when the caller's tenant has no such instance */
  readonly load: (call: {
    readonly input: z.output<typeof InstanceRef>;
    readonly ctx: SignedIn;
  }) => Promise<Shareable>;
}

/** The sharing procedures of reports and collections. Each requires the permission to share the instance. */
export function createShareProcedures(
  permission: 'reports:share' | 'collections:share',
  { sharing, load }: ShareProceduresDeps,
) {
  const sharedBy = (gate: typeof permitted) => gate(permission, InstanceRef, { load, on: ({ id }) => id });
  const shared = sharedBy(permitted);
  const sharedInPerson = sharedBy(permittedInPerson);
  return {
    /**
     * Returns who has access and why, by the decisions with which they would open it: `{ people, more, byRole,
     * clearanceRole }`.
     *
     * - `people`: users with roles on the instance, `[{ key, name, email, isMachine, roles: [{ role, source }], lacks }]`;
     *   `source.kind` is `creator`, `hand`, `request` or `collection`; `lacks` is why they cannot open it nevertheless:
     *   `ACCOUNT_INACTIVE`, `NOT_CLEARED`, `NO_PERMISSION`, `DRAFT` or `null`. `more`: the number of users omitted after
     *   the first `people`.
     * - `byRole`: the holders of each tenant role that includes opening it, `[{ role, people, permissions, excluded: {
     *   total, people } }]`; `excluded`: those who lack clearance; `null` in an organization with too many members to
     *   check each.
     * - `clearanceRole`: the user role in Logto that gives clearance.
     */
    access: shared
      .input(AccessInput.prefault({}))
      .query(({ ctx, input }) => sharing.access(ctx.loaded, ctx, input)),

    /** Finds members to share with by name. Does not require `members:view`. */
    shareCandidates: shared
      .input(CandidatesInput)
      .query(({ ctx, input }) => sharing.candidates(ctx.loaded.tenant, input)),

    /**
     * Returns the effect of assigning or removing a role: `{ gains, loses, lacks, obstacle }`. `lacks`: why the user could
     * still not open it, `{ code, logtoRole? }` or `null`.
     * @throws `PERSON_NOT_FOUND`
     */
    sharePreview: shared.input(PreviewInput).query(({ ctx, input }) => sharing.preview(ctx.loaded, input)),

    /**
     * Assigns a role on the instance, which the reports of a collection inherit; does nothing when it is already held.
     * Returns `{ subject, role, lacks }`, with `lacks` as in `sharePreview`.
     * @throws `PERSON_NOT_FOUND`, `MEMBER_SUSPENDED`, `ROLE_ENDING`
     */
    share: sharedInPerson
      .input(RoleInput)
      .mutation(({ ctx, input }) => sharing.change(ctx.loaded, { ...input, change: 'give' }, ctx)),

    /**
     * Removes a role assigned directly on the instance. Ends a request's grant of the role.
     * @throws `PERSON_NOT_FOUND`
     */
    unshare: sharedInPerson
      .input(RoleInput)
      .mutation(({ ctx, input }) => sharing.change(ctx.loaded, { ...input, change: 'take' }, ctx)),
  };
}
