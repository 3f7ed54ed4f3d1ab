import { userKey } from '@latchkey/directory-sync';
import type { Pool } from 'pg';
import { asError } from '../../../log/as-error.ts';

/** A time in which deliveries may have been lost. Epoch milliseconds of the database's clock. */
export interface Gap {
  readonly endedAt: number;
  /** Whether a run over the whole directory has begun after it and is finished: every status is confirmed then. */
  readonly isCaughtUp: boolean;
}

/** The revoked users, in memory, as the table had them a moment ago. */
export interface RevocationList {
  isRevoked(subject: string): boolean;
  /** Whether what is in memory was true within the second before the question; waits for a read if it was not. */
  isCurrent(): Promise<boolean>;
  readonly gap: () => Gap | undefined;
  /** Reads what has changed. Calls during a read share the read that follows it. Never rejects. */
  refresh(): Promise<void>;
  /** Reads the list, and then again and again. Rejects when the first read fails. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface RevocationListDeps {
  readonly reserved: Pool;
  /** Called with Logto's id of a user who begins or ceases to be refused, but not for the first read. */
  readonly onChange: (id: string) => void;
  readonly onError: (error: Error) => void;
}

/** Milliseconds. */
const limits = {
  /** Between two reads: a revocation is known everywhere after this and the read itself. */
  interval: 300,
  /** A list that was confirmed longer ago is read again before anyone is admitted. */
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
  /** Monotonic milliseconds at which the last successful read began. */
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
    // The read under way may have begun before the change: another one follows it, for all who ask meanwhile.
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
