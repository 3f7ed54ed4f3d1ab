import type { Store } from '@latchkey/emulator-kit';
import type { Adapter, AdapterPayload, KoaContextWithOIDC } from 'oidc-provider';
import { z } from 'zod';
import type { Clock } from '../directory/clock.ts';
import { indexed } from '../directory/indexed-collection.ts';

const submission = z.object({
  interactionEvent: z.string(),
  userId: z.string(),
  verificationRecords: z.array(z.record(z.string(), z.unknown())),
  signInContext: z.record(z.string(), z.string()),
});

/** How a user signed in. The Management API shows it as `lastSubmission` of a session. */
export type Submission = z.output<typeof submission>;

/** By the session's `uid`. */
export interface Submissions {
  of(uid: string | undefined): { readonly lastSubmission: Submission; readonly clientId: string } | undefined;
  /** Middleware of oidc-provider: stores the submission from the sign-in page's result. */
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

/**
 * A session, grant, token, code or interaction of oidc-provider. Times inside `payload` are seconds of the emulator's
 * clock.
 */
export interface Instance {
  readonly model: string;
  readonly id: string;
  readonly payload: AdapterPayload;
  /** Epoch milliseconds of the emulator's clock. */
  readonly expiresAt: number;
  readonly consumedAt: number | null;
}

export interface Instances {
  adapter(model: string): Adapter;
  /** Skips expired objects. */
  list(model: string, accountId?: string): Instance[];
  get(model: string, id: string): Instance | undefined;
  remove(model: string, id: string): void;
  revokeGrant(grantId: string): void;
  /** Deletes the user's sessions, grants, refresh tokens and opaque tokens. JWTs cannot be revoked. */
  revokeUser(accountId: string): void;
  reset(): void;
}

/** Milliseconds in which a rotated refresh token stays valid, for clients that refresh twice concurrently. */
const refreshTokenGrace = 3000;

const times = ['iat', 'exp', 'loginTs', 'authTime', 'iiat'] as const;

/**
 * oidc-provider uses the machine's clock, stored objects the emulator's, whose offset can change during the life of a
 * token.
 */
function shift(payload: AdapterPayload, seconds: number): AdapterPayload {
  if (seconds === 0) return payload;
  const moved: AdapterPayload = { ...payload };
  for (const name of times) {
    const time = moved[name];
    if (typeof time === 'number') moved[name] = time + seconds;
  }
  return moved;
}

const key = (model: string, id: string): string => `${model}:${id}`;

export function createInstances(store: Store, clock: Clock): Instances {
  const records = indexed<Instance, 'grant' | 'uid' | 'account' | 'userCode'>([store, 'oidc'], {
    grant: ({ payload }) => payload.grantId,
    uid: ({ payload }) => payload.uid,
    account: ({ payload }) => payload.accountId,
    userCode: ({ payload }) => payload.userCode,
  });
  const skew = (): number => Math.round(clock.offset() / 1000);
  const isAlive = ({ expiresAt }: Instance): boolean => expiresAt > clock.now();
  let writes = 0;

  const prune = (): void => {
    for (const record of records.values()) if (!isAlive(record)) records.delete(key(record.model, record.id));
  };
  prune();

  const isConsumed = ({ model, consumedAt }: Instance): boolean =>
    consumedAt !== null && (model !== 'RefreshToken' || consumedAt + refreshTokenGrace < clock.now());

  const read = (record: Instance | undefined): AdapterPayload | undefined => {
    if (record === undefined) return undefined;
    const payload = shift(record.payload, -skew());
    return isConsumed(record) ? { ...payload, consumed: true } : payload;
  };

  const removeAll = (found: readonly Instance[]): void => {
    store.batch(() => {
      for (const { model, id } of found) records.delete(key(model, id));
    });
  };

  return {
    adapter: (model) => ({
      async upsert(id, payload, expiresIn = 0) {
        if (++writes % 500 === 0) prune();
        const consumedAt = records.get(key(model, id))?.consumedAt ?? null;
        const expiresAt = clock.now() + expiresIn * 1000;
        records.put(key(model, id), { model, id, payload: shift(payload, skew()), expiresAt, consumedAt });
      },
      find: async (id) => read(records.get(key(model, id))),
      findByUid: async (uid) => read(records.findBy('uid', uid).find((record) => record.model === model)),
      findByUserCode: async (code) => read(records.findBy('userCode', code)[0]),
      async consume(id) {
        const record = records.get(key(model, id));
        if (record !== undefined)
          records.put(key(model, id), { ...record, consumedAt: record.consumedAt ?? clock.now() });
      },
      async destroy(id) {
        records.delete(key(model, id));
      },
      async revokeByGrantId(grantId) {
        removeAll(records.findBy('grant', grantId).filter((record) => record.model === model));
      },
    }),
    list(model, accountId) {
      const found = accountId === undefined ? [...records.values()] : records.findBy('account', accountId);
      return found.filter((record) => record.model === model && isAlive(record));
    },
    get: (model, id) => records.get(key(model, id)),
    remove(model, id) {
      records.delete(key(model, id));
    },
    revokeGrant(grantId) {
      removeAll(records.findBy('grant', grantId));
      records.delete(key('Grant', grantId));
    },
    revokeUser(accountId) {
      removeAll(records.findBy('account', accountId).filter(({ model }) => model !== 'Interaction'));
    },
    reset: () => records.reset(),
  };
}
