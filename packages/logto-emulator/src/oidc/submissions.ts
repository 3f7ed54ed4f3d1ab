import type { Store } from '@latchkey/emulator-kit';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { z } from 'zod';

const submission = z.object({
  interactionEvent: z.string(),
  userId: z.string(),
  verificationRecords: z.array(z.record(z.string(), z.unknown())),
  signInContext: z.record(z.string(), z.string()),
});

/** How a user signed in: what the Management API shows as `lastSubmission` of a session. */
export type Submission = z.output<typeof submission>;

/** The last submission and the application of each session, by the session's `uid`. */
export interface Submissions {
  of(uid: string | undefined): { readonly lastSubmission: Submission; readonly clientId: string } | undefined;
  /** Middleware of oidc-provider: stores the submission that a sign-in page put into its result. */
  record(this: void, ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void>;
}

const result = z.object({ submission });

export function createSubmissions(store: Store): Submissions {
  const records = store.collection<{ lastSubmission: Submission; clientId: string }>('submissions');
  return {
    of: (uid) => records.get(uid ?? ''),
    async record(ctx, next) {
      await next();
      const { session, client, result: ended } = ctx.oidc ?? {};
      const found = result.safeParse(ended);
      if (!found.success || session?.uid === undefined || client === undefined) return;
      records.put(session.uid, { lastSubmission: found.data.submission, clientId: client.clientId });
    },
  };
}
