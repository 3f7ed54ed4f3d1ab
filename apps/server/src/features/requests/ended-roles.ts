import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { AppError } from '../../platform/app-error.ts';
import { asError } from '../../platform/log/describe-error.ts';
import { within } from '../../platform/within.ts';
import { permissionsOfTarget, targetOf, type TargetColumns } from './target.ts';
import type { PermissionsFor, PdpDecider } from '../../directory/decisions.ts';

export interface EndedRolesDeps {
  readonly reserved: Pool;
  readonly decider: Pick<PdpDecider, 'grants' | 'invalidate'>;
  readonly permissionsFor: PermissionsFor;
  /** Removes the role of an ended grant. Returns whether the removal is complete. */
  readonly finish: (id: string) => Promise<boolean>;
  /** Called on this replica when a grant of the subject ends, and again when the PDP no longer has the role. */
  readonly onEnd: (subject: string) => void;
  readonly now: () => Date;
  readonly onError: (error: Error) => void;
}

/**
 * A guard that refuses calls of users who still have an ended role in Permit or in the PDP. Each replica polls the
 * table twice a second for grants that end soon, so the guard depends on no messages and works during a Permit outage.
 */
export interface EndedRoles {
  /**
   * Resolves when this replica's PDP no longer has the user's ended roles. First removes them from Permit if necessary.
   * @throws {AppError} `AUTHORIZATION_UNAVAILABLE` if the removal cannot be confirmed in time
   */
  readonly admit: (user: { readonly subject: string }) => Promise<void>;
  close(): Promise<void>;
}

/** Times in milliseconds. */
const limits = {
  /** The pause between two polls of the table. */
  interval: 500,
  /** Each poll also reads the grants that end within this time. */
  ahead: 60_000,
  /** The maximum age of a list that is still trusted. Shorter than `ahead` and than the shortest grant. */
  trusted: 30_000,
  /** How long after a removal the PDP is still checked for the role. */
  afterwards: 10_000,
  /** How long a call waits at most. */
  wait: 3_000,
  /** The pause between two checks of the PDP. */
  pause: 50,
};

interface Entry extends TargetColumns {
  readonly id: string;
  readonly tenant: string;
  readonly subject: string;
  readonly status: string;
  readonly expires_at: Date;
}

/**
 * By the later of the two clocks, so that a slow clock ends no grant late. Omits removed roles that were granted again.
 */
const endings = `
  select one.id, one.tenant, one.subject, one.role, one.resource, one.instance, one.status, one.expires_at, now() as read_at
  from access_grants as one
  where (one.status in ('pending', 'active', 'ending')
       and one.expires_at <= greatest($1::timestamptz, now()) + $3 * interval '1 millisecond')
     or (one.status = 'ended' and one.ended_at > $2 and not exists (
       select from access_grants as other
       where other.status in ('pending', 'active') and other.tenant = one.tenant and other.subject = one.subject
         and other.role = one.role and other.resource is not distinct from one.resource
         and other.instance is not distinct from one.instance))`;

/** Reads the table before it resolves, so that the replica knows the ended roles at its first request. */
export async function openEndedRoles(deps: EndedRolesDeps): Promise<EndedRoles> {
  const { reserved, decider, now, onEnd, onError } = deps;
  let bySubject = new Map<string, Entry[]>();
  /** By the clock that ends grants. If it jumps, for example when the machine wakes up, the list is not trusted. */
  let readAt = Number.NEGATIVE_INFINITY;
  /** How many milliseconds the database's clock is ahead of this machine's. */
  let databaseAhead = 0;
  let reading: Promise<void> | undefined;
  const announced = new Set<string>();
  const known = new Set<string>();
  const settling = new Map<string, Promise<void>>();

  const time = (): number => now().getTime() + Math.max(0, databaseAhead);
  const isOver = ({ status, expires_at: end }: Entry): boolean =>
    status === 'ended' || end.getTime() <= time();

  const isTrusted = (): boolean => time() - readAt <= limits.trusted;

  const read = async (): Promise<void> => {
    const at = time();
    const { rows } = await reserved.query<Entry & { read_at: Date }>({
      name: 'ended_roles',
      text: endings,
      values: [new Date(at), new Date(at - limits.afterwards), limits.ahead],
    });
    const [first] = rows;
    if (first !== undefined) databaseAhead = first.read_at.getTime() - now().getTime();
    bySubject = Map.groupBy(rows, ({ subject }) => subject);
    readAt = at;
    const listed = new Set(rows.map(endOf));
    for (const ends of [announced, known]) for (const end of ends) if (!listed.has(end)) ends.delete(end);
    for (const entry of rows) {
      if (announced.has(endOf(entry)) || !isOver(entry)) continue;
      announced.add(endOf(entry));
      onEnd(entry.subject);
    }
  };
  const readQuietly = (): Promise<void> =>
    (reading ??= read()
      .catch((error: unknown) => onError(asError(error)))
      .finally(() => {
        reading = undefined;
      }));

  /** Whether the PDP denies the permissions of the ended role, or allows them only for other reasons. */
  const isGone = async ({ tenant, subject, ...columns }: Entry): Promise<boolean> => {
    const target = targetOf(columns);
    // The role is no longer in the policy, so it grants nothing.
    if (target === undefined) return true;
    if (target.kind === 'role') {
      const { roles } = await decider.grants(subject, tenant);
      if (!roles.includes(target.role)) return true;
    }
    const on = target.kind === 'instance' ? target.id : undefined;
    void decider.invalidate({ subject });
    const permissions = deps.permissionsFor({ subject, tenant });
    const granted = permissionsOfTarget(target);
    const decisions = await permissions.checkMany(granted.map((permission) => ({ permission, on })));
    const allowed = granted.filter((_, index) => decisions[index]?.outcome === 'allow');
    const explanations = await Promise.all(allowed.map((permission) => permissions.explain(permission, on)));
    return explanations.every(({ agrees }) => agrees);
  };

  const settle = async (entry: Entry): Promise<void> => {
    const { id, subject, status } = entry;
    if (status !== 'ended' && !(await deps.finish(id))) throw notYet();
    const giveUpAt = performance.now() + limits.wait;
    /* oxlint-disable no-await-in-loop -- one question at a time */
    while (!(await isGone(entry))) {
      if (closing.signal.aborted || performance.now() > giveUpAt) throw notYet();
      await sleep(limits.pause);
    }
    /* oxlint-enable no-await-in-loop */
    void decider.invalidate({ subject });
    known.add(endOf(entry));
    onEnd(subject);
  };
  /** Waits for the removal of an ended role. Calls that wait for the same grant share one removal. */
  const settleOnce = (entry: Entry): Promise<void> => {
    const key = endOf(entry);
    const running = settling.get(key) ?? settle(entry).finally(() => settling.delete(key));
    settling.set(key, running);
    // Prevents an unhandled rejection if the callers have stopped waiting.
    running.catch(() => {});
    return running;
  };

  const closing = new AbortController();
  await read();
  const timer = setInterval(() => void readQuietly(), limits.interval);
  timer.unref();

  return {
    async admit({ subject }) {
      // The first call may join a read that began before a clock jump; the second one starts a new read.
      if (!isTrusted()) await readQuietly();
      if (!isTrusted()) await readQuietly();
      if (!isTrusted()) throw notYet();
      const over = (bySubject.get(subject) ?? []).filter(
        (entry) => isOver(entry) && !known.has(endOf(entry)),
      );
      if (over.length === 0) return;
      try {
        await within(limits.wait, Promise.all(over.map(settleOnce)), () => {
          throw notYet();
        });
      } catch (cause) {
        throw notYet(cause);
      }
    },
    async close() {
      closing.abort();
      clearInterval(timer);
      await reading;
      await Promise.allSettled(settling.values());
    },
  };
}

/** Identifies a grant by its id and its current end, so that an extended grant counts as another one. */
function endOf({ id, expires_at: end }: Entry): string {
  return `${id} ${end.getTime()}`;
}

function notYet(cause?: unknown): AppError {
  return new AppError(
    'AUTHORIZATION_UNAVAILABLE',
    'A temporary role has ended, but its removal is not complete. Try again.',
    { cause },
  );
}
