import { z } from 'zod';
import type { Context, SignedIn } from '../../../platform/trpc/context.ts';
import { originOf } from '../../audit/record.ts';
import {
  createChangeShares,
  type ChangeSharesDeps,
  type LockInstance,
  type SharePreview,
} from './change-shares.ts';
import { createReadShares, type ReadSharesDeps, type Shares } from './read-shares.ts';
import { createWhoCanOpen, type Openable, type WhoCanOpenDeps } from './who-can-open.ts';
import { PersonKey, SearchText, type DirectoryPerson } from '../../../directory/directory-person.ts';
import { shareRoles } from '../../../directory/shared-resources.ts';

export const RoleInput = z.object({ subject: PersonKey, role: z.enum(shareRoles) });
export const PreviewInput = RoleInput.extend({ change: z.enum(['give', 'take']) });
/** Every word of `search` must occur in the name, the email address or the key. */
export const CandidatesInput = z.object({ search: SearchText.default('') });

/** The maximum number of users with a role on it who are listed: their decisions are asked one by one. */
export const AccessInput = z.object({ people: z.number().int().min(1).max(2_000).default(200) });

export type SharingDeps = Omit<ReadSharesDeps & ChangeSharesDeps, 'whoCanOpen'> & WhoCanOpenDeps;

/** A report or a collection that the caller may share. */
export interface Shareable extends Openable {
  readonly ownerKey: string;
  readonly lock: LockInstance;
}

type Call = SignedIn & Pick<Context, 'requestId' | 'channel'>;

/** The implementation of the sharing procedures of reports and collections, without their gates. */
export interface Sharing {
  access(shareable: Shareable, call: Call, input?: z.output<typeof AccessInput>): Promise<Shares>;
  candidates(tenant: string, input: z.output<typeof CandidatesInput>): Promise<DirectoryPerson[]>;
  preview(on: Shareable, input: z.output<typeof PreviewInput>): Promise<SharePreview>;
  change(
    on: Shareable,
    input: z.output<typeof PreviewInput>,
    call: Call,
  ): Promise<z.output<typeof RoleInput> & Pick<SharePreview, 'lacks'>>;
}

/** Maximum number of members suggested; others are found by name. */
const mostCandidates = 20;

export function createSharing(deps: SharingDeps): Sharing {
  const whoCanOpen = createWhoCanOpen(deps);
  const read = createReadShares({ ...deps, whoCanOpen });
  const shares = createChangeShares({ ...deps, whoCanOpen });
  return {
    access: ({ ownerKey, ...on }, reader, { people } = AccessInput.parse({})) =>
      read({ on, ownerKey, people, reader }),
    candidates: (tenant, { search: text }) => deps.people.search(tenant, { text, limit: mostCandidates }),
    preview: (on, input) => shares.preview({ on, ...input }),
    async change(on, input, call) {
      const lacks = await shares.change({ on, ...input }, { origin: originOf(call), lock: on.lock });
      return { subject: input.subject, role: input.role, lacks };
    },
  };
}
