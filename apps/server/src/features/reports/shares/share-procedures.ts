import { z } from 'zod';
import type { SignedIn } from '../../../trpc/context.ts';
import { permitted, permittedInPerson } from '../../../trpc/trpc.ts';
import { CandidatesInput, PreviewInput, RoleInput } from './share-inputs.ts';
import type { Shareable, Sharing } from './sharing.ts';

const InstanceRef = z.object({ id: z.uuid() });

interface ShareProceduresDeps {
  readonly sharing: Sharing;
  /** @throws {AppError} when the caller's tenant has no such instance */
  readonly load: (call: {
    readonly input: z.output<typeof InstanceRef>;
    readonly ctx: SignedIn;
  }) => Promise<Shareable>;
}

/** The procedures about sharing, of reports and of collections: each behind the permission to share the instance. */
export function createShareProcedures(
  permission: 'reports:share' | 'collections:share',
  { sharing, load }: ShareProceduresDeps,
) {
  const sharedBy = (gate: typeof permitted) => gate(permission, InstanceRef, { load, on: ({ id }) => id });
  const shared = sharedBy(permitted);
  const sharedInPerson = sharedBy(permittedInPerson);
  return {
    /**
     * Who has access, and why. Returns `{ people, more, byRole }`:
     *
     * - `people`: those with roles on the instance, `[{ key, name, email, isMachine, roles: [{ role, source }] }]`; `source.kind` is
     *   `creator`, `hand`, `request` or `collection`. `more`: how many are left out.
     * - `byRole`: what everybody with a role in the tenant may do with it, `[{ role, people, permissions }]`.
     */
    access: shared.query(({ ctx }) => sharing.access(ctx.loaded, ctx)),

    /** Members to share with. Whoever may share finds people by name, also without `members:view`. */
    shareCandidates: shared
      .input(CandidatesInput)
      .query(({ ctx, input }) => sharing.candidates(ctx.loaded.tenant, input)),

    /** What giving or taking a role would do: `{ gains, loses, obstacle }`. @throws `PERSON_NOT_FOUND` */
    sharePreview: shared.input(PreviewInput).query(({ ctx, input }) => sharing.preview(ctx.loaded, input)),

    /**
     * Gives a role on the instance, and so on the reports in a collection; does nothing when it is held.
     * @throws `PERSON_NOT_FOUND`, `MEMBER_SUSPENDED`, `ROLE_ENDING`
     */
    share: sharedInPerson
      .input(RoleInput)
      .mutation(({ ctx, input }) => sharing.change(ctx.loaded, { ...input, change: 'give' }, ctx)),

    /** Takes a role that was given on the instance itself. The grant of a request ends. @throws `PERSON_NOT_FOUND` */
    unshare: sharedInPerson
      .input(RoleInput)
      .mutation(({ ctx, input }) => sharing.change(ctx.loaded, { ...input, change: 'take' }, ctx)),
  };
}
