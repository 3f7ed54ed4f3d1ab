import { z } from 'zod';
import { PersonKey, SearchText } from '../../../directory/directory-person.ts';
import { shareRoles } from '../../../directory/shared-resources.ts';
import { RowId } from '../../../platform/text-input.ts';
import type { Context, SignedIn } from '../../../platform/trpc/context.ts';
import { permitted, permittedInPerson } from '../../../platform/trpc/trpc.ts';
import { originOf } from '../../audit/record.ts';
import { createChangeShares, type ChangeSharesDeps, type LockInstance } from './change-shares.ts';
import { createReadShares, type ReadSharesDeps, type SharedWith } from './read-shares.ts';
import { lackedWith, type Openable } from './who-can-open.ts';

const RoleInput = z.object({ subject: PersonKey, role: z.enum(shareRoles) });
/** `newOwner`: becomes an owner first, if the instance would have none. */
const UnshareInput = RoleInput.extend({ newOwner: PersonKey.optional() });
export const PreviewInput = RoleInput.extend({ change: z.enum(['assign', 'revoke']) });
/** `search`: words that must all occur in the name, email address or key. */
export const CandidatesInput = z.object({ search: SearchText.default('') });

const maxPeople = 2_000;
/** The maximum number of users named who would lose access. */
const maxNamed = 50;

/** `people`: the maximum number of users with a role on the instance to list. Each listed user is checked. */
export const AccessInput = z.object({ people: z.number().int().min(1).max(maxPeople).default(200) });

export type SharingDeps = ReadSharesDeps & ChangeSharesDeps;

export interface Shareable extends Openable {
  readonly ownerKey: string;
  readonly lock: LockInstance;
}

type Call = SignedIn & Pick<Context, 'requestId' | 'channel'>;

/** The maximum number of members suggested. A search finds the rest. */
const maxCandidates = 20;

/** The implementation of the sharing procedures for reports and collections, without gates. */
export type Sharing = ReturnType<typeof createSharing>;

export function createSharing(deps: SharingDeps) {
  const { whoCanOpen } = deps;
  const read = createReadShares(deps);
  const shares = createChangeShares(deps);
  return {
    lacks: (on: Openable, user: Parameters<typeof lackedWith>[2]) => lackedWith(whoCanOpen, on, user),
    async access({ ownerKey, ...on }: Shareable, reader: SignedIn, { people }: z.output<typeof AccessInput>) {
      const { openers: _, ...access } = await read({ on, ownerKey, people, reader });
      return access;
    },
    async audience({ ownerKey, ...on }: Shareable, reader: SignedIn) {
      const { people, byRole, openers } = await read({ on, ownerKey, people: maxPeople, reader });
      const withRole = people.filter(({ lacks }) => lacks === null);
      const owners = withRole.filter(isOwner).length;
      return {
        total: openers.areAll ? openers.people.length : null,
        byRole: byRole.map(({ role, people: held, excluded }) => ({
          role,
          people: excluded && held - excluded.total,
        })),
        owners,
        shared: withRole.length - owners,
      };
    },
    /** Returns who would lose access if the report became confidential. */
    async losing({ ownerKey, ...on }: Shareable, reader: SignedIn) {
      const { people, openers } = await read({ on, ownerKey, people: maxPeople, reader });
      const keys = openers.people.map(({ key }) => key);
      const after = await whoCanOpen({ ...on, isConfidential: true }, keys);
      const owners = new Set(people.filter(isOwner).map(({ key }) => key));
      const losing = openers.people.filter(({ key }) => after.get(key) !== null);
      return {
        total: openers.areAll ? losing.length : null,
        people: losing.slice(0, maxNamed).map((one) => ({ ...one, isOwner: owners.has(one.key) })),
      };
    },
    candidates: (tenant: string, { search: text }: z.output<typeof CandidatesInput>) =>
      deps.people.search(tenant, { text, limit: maxCandidates }),
    preview: (on: Shareable, input: z.output<typeof PreviewInput>) => shares.preview({ on, ...input }),
    async change(
      on: Shareable,
      input: z.output<typeof PreviewInput> & { readonly newOwner?: string | undefined },
      call: Call,
    ) {
      const lacks = await shares.change({ on, ...input }, { origin: originOf(call), lock: on.lock });
      return { subject: input.subject, role: input.role, lacks };
    },
  };
}

function isOwner({ roles }: SharedWith): boolean {
  return roles.some(({ role }) => role === 'owner');
}

const InstanceRef = z.object({ id: RowId });

interface ShareProceduresDeps {
  readonly sharing: Sharing;
  /** Loads the instance. @throws {AppError} if the caller's tenant does not have it */
  readonly load: (call: {
    readonly input: z.output<typeof InstanceRef>;
    readonly ctx: SignedIn;
  }) => Promise<Shareable>;
}

/** Creates the sharing procedures of reports or collections. Each requires permission to share the instance. */
export function createShareProcedures(
  permission: 'reports:share' | 'collections:share',
  { sharing, load }: ShareProceduresDeps,
) {
  const sharedBy = (gate: typeof permitted) => gate(permission, InstanceRef, { load, on: ({ id }) => id });
  const shared = sharedBy(permitted);
  const sharedInPerson = sharedBy(permittedInPerson);
  return {
    /**
     * Returns who can open the instance and why, by the same decisions as opening it: `{ people, more, byRole,
     * clearanceRole }`.
     *
     * - `people`: users with roles on the instance, `[{ key, name, email, isMachine, roles: [{ role, source }], lacks
     *   }]`. `source.kind`: `creator`, `hand`, `request` or `collection`. `lacks`: why they still cannot open it:
     *   `ACCOUNT_INACTIVE`, `NOT_CLEARED`, `NO_PERMISSION`, `DRAFT`, or `null` if they can.
     * - `more`: the number of omitted users with roles on the instance.
     * - `byRole`: the holders of each tenant role that allows opening it, `[{ role, people, permissions, excluded: {
     *   total, people } }]`. `excluded`: those who lack clearance; `null` if there are too many members to check each
     *   one.
     * - `clearanceRole`: the user role in Logto that gives clearance.
     */
    access: shared
      .input(AccessInput.prefault({}))
      .query(({ ctx, input }) => sharing.access(ctx.loaded, ctx, input)),

    /** Finds members to share with. Does not require `members:view`. */
    shareCandidates: shared
      .input(CandidatesInput)
      .query(({ ctx, input }) => sharing.candidates(ctx.loaded.tenant, input)),

    /**
     * Returns the effect of assigning or removing a role: `{ gains, loses, lacks, obstacle }`. `lacks`: `{ code,
     * logtoRole? }` if the user still could not open the instance, otherwise `null`.
     * @throws `PERSON_NOT_FOUND`
     */
    sharePreview: shared.input(PreviewInput).query(({ ctx, input }) => sharing.preview(ctx.loaded, input)),

    /**
     * Assigns a role on the instance, unless the user already has it. A role on a collection applies to its reports
     * too. Returns `{ subject, role, lacks }`, with `lacks` as in `sharePreview`.
     * @throws `PERSON_NOT_FOUND`, `MEMBER_SUSPENDED`, `ROLE_ENDING`
     */
    share: sharedInPerson
      .input(RoleInput)
      .mutation(({ ctx, input }) => sharing.change(ctx.loaded, { ...input, change: 'assign' }, ctx)),

    /**
     * Removes a directly assigned role on the instance, and ends its grant if it came from a request. `newOwner`: who
     * becomes an owner first, if the instance would have none.
     * @throws `PERSON_NOT_FOUND`, `LAST_OWNER`, `NEW_OWNER_INVALID`, `DIRECTORY_UNAVAILABLE` if the account is being
     *   suspended
     */
    unshare: sharedInPerson
      .input(UnshareInput)
      .mutation(({ ctx, input }) => sharing.change(ctx.loaded, { ...input, change: 'revoke' }, ctx)),
  };
}
