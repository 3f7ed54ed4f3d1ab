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
  /** Called on this replica when a grant of the subject ends, and again when the PDP reflects the removal. */
  readonly onEnd: (subject: string) => void;
  readonly now: () => Date;
  readonly onError: (error: Error) => void;
}

/**
 * Refuses calls of users who still have an ended role in Permit or in the PDP. Each replica polls the table twice a
 * second for grants near their end, so this needs no messages and works during a Permit outage.
 */
export interface EndedRoles {
  /**
   * Resolves when this replica's PDP no longer has the user's ended roles, which are removed first if necessary.
   * @throws {AppError} `AUTHORIZATION_UNAVAILABLE` if this cannot be confirmed in time
   */
  readonly admit: (user: { readonly subject: string }) => Promise<void>;
  close(): Promise<void>;
}

/** Milliseconds. */
const limits = {
  /** Between two polls. */
  interval: 500,
  /** Each poll also reads the grants that end within this time. */
  ahead: 60_000,
  /** The maximum age of a trusted list. Shorter than `ahead` and the shortest grant. */
  trusted: 30_000,
  /** After a removal, for how long the PDP is checked for it. */
  afterwards: 10_000,
  /** The maximum time that a call waits. */
  wait: 3_000,
  /** Between two PDP polls. */
  pause: 50,
};

interface Entry extends TargetColumns {
  readonly id: string;
  readonly tenant: string;
  readonly subject: string;
  readonly status: string;
  readonly expires_at: Date;
}

/** Uses the later of the two clocks, so that a slow clock ends no grant late. Omits roles that were granted again. */
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

/** Resolves after the first read, so that the replica already knows the ended roles at its first request. */
export async function openEndedRoles(deps: EndedRolesDeps): Promise<EndedRoles> {
  const { reserved, decider, now, onEnd, onError } = deps;
  let bySubject = new Map<string, Entry[]>();
  /** When the last successful read began, by the clock that ends grants. That clock jumps after the machine sleeps. */
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

  /** Whether the PDP denies the role's permissions or allows them only for other reasons. */
  const isGone = async ({ tenant, subject, ...columns }: Entry): Promise<boolean> => {
    const target = targetOf(columns);
    // The role is no longer in the policy.
    if (target === undefined) return true;
    if (target.kind === 'role') {
      const { roles } = await decider.grants(subject, tenant);
      if (!roles.includes(target.role)) return true;
    }
    const on = target.kind === 'instance' ? target.id : undefined;
    // Discards cached decisions.
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
  /** Shares one removal among all calls that wait for the same grant. */
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

/** The key of a grant and its current end, so that an extended grant has another key. */
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
