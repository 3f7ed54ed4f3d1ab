import { userKey } from '@latchkey/directory-sync';
import type { Pool } from 'pg';
import { asError } from '../../../platform/log/describe-error.ts';

/** The last time in which deliveries may have been lost. In epoch milliseconds by the database's clock. */
export interface Gap {
  readonly endedAt: number;
  /** Whether a run over the whole directory that began after the gap has completed, and thus confirmed every status. */
  readonly isCaughtUp: boolean;
}

/** An in-memory snapshot of the revoked users. */
export interface RevocationList {
  isRevoked(subject: string): boolean;
  /** Returns whether the snapshot is at most a second old. If it is older, first waits for a read. */
  isCurrent(): Promise<boolean>;
  readonly gap: () => Gap | undefined;
  /** Reads the changes. Calls during a read share the read after it. Never rejects. */
  refresh(): Promise<void>;
  /** Reads the list, now and then repeatedly. Rejects if the first read fails. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface RevocationListDeps {
  readonly reserved: Pool;
  /** Called with the Logto id of a user who becomes refused or admitted. Not called for the first read. */
  readonly onChange: (id: string) => void;
  readonly onError: (error: Error) => void;
}

/** Times in milliseconds. */
const limits = {
  /** The pause between reads. Every replica learns of a revocation within this time plus the duration of a read. */
  interval: 300,
  /** The maximum age of the list. An older list is read again before any caller is admitted. */
  freshness: 1_000,
};

interface Row {
  readonly id: string | null;
  readonly status: string | null;
  readonly revision: string | null;
  readonly gap_ended_at: Date | null;
  readonly confirmed_at: Date | null;
}

const changesAfter = `
  select users.id, users.status, users.revision, total.gap_ended_at, total.confirmed_at
  from directory_revision as total
  left join directory_users as users on users.revision > $1
  order by users.revision`;

export function createRevocationList({ reserved, onChange, onError }: RevocationListDeps): RevocationList {
  const revoked = new Set<string>();
  let revision = 0;
  let gap: Gap | undefined;
  /** When the last successful read began, in monotonic milliseconds. */
  let confirmedAt = Number.NEGATIVE_INFINITY;
  let running: Promise<void> | undefined;
  let following: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let isFirst = true;

  const read = async (): Promise<void> => {
    const began = performance.now();
    const { rows } = await reserved.query<Row>({
      name: 'changes_after',
      text: changesAfter,
      values: [revision],
    });
    for (const { id, status, revision: changed, ...total } of rows) {
      gap = gapOf(total);
      if (id === null) continue;
      const subject = userKey(id);
      const [before, now] = [revoked.has(subject), status !== 'active'];
      if (now) revoked.add(subject);
      else revoked.delete(subject);
      revision = Math.max(revision, Number(changed));
      if (before !== now && !isFirst) onChange(id);
    }
    isFirst = false;
    confirmedAt = began;
  };
  const readQuietly = async (): Promise<void> => {
    try {
      await read();
    } catch (error) {
      onError(asError(error));
    }
  };
  const refresh = (): Promise<void> => {
    if (stopped) return Promise.resolve();
    if (running === undefined) {
      running = readQuietly().finally(() => {
        running = undefined;
      });
      return running;
    }
    // The current read may have begun before the change. All callers during it share the next read.
    following ??= running.then(() => {
      following = undefined;
      return refresh();
    });
    return following;
  };
  const isFreshAt = (time: number): boolean => time - confirmedAt <= limits.freshness;

  return {
    isRevoked: (subject) => revoked.has(subject),
    async isCurrent() {
      const askedAt = performance.now();
      if (isFreshAt(askedAt)) return true;
      await refresh();
      return isFreshAt(askedAt);
    },
    gap: () => gap,
    refresh,
    async start() {
      await read();
      timer = setInterval(() => {
        if (running === undefined) void refresh();
      }, limits.interval);
      timer.unref();
    },
    async stop() {
      stopped = true;
      clearInterval(timer);
      await following;
      await running;
    },
  };
}

function gapOf({
  gap_ended_at: ended,
  confirmed_at: confirmed,
}: Pick<Row, 'gap_ended_at' | 'confirmed_at'>): Gap | undefined {
  if (ended === null) return undefined;
  return { endedAt: ended.getTime(), isCaughtUp: confirmed !== null && confirmed >= ended };
}
