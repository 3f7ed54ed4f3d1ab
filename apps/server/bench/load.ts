import { setTimeout as sleep } from 'node:timers/promises';

/** Calls of people at a rate, and what became of them. */
export interface Answer {
  /** When it was sent, by `performance.now()`. */
  readonly at: number;
  /** Milliseconds. */
  readonly took: number;
  /** 0: no answer. */
  readonly status: number;
}

export interface Called {
  readonly status: number;
  readonly text: string;
}

/** A procedure's call: a mutation when it has a body. */
export async function call(
  url: string,
  path: string,
  { token, body }: { readonly token: string; readonly body?: object | undefined },
): Promise<Called> {
  const response = await fetch(`${url}/api/trpc/${path}`, {
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });
  return { status: response.status, text: await response.text() };
}

/** The first id in an answer. */
export const idIn = ({ text }: Called): string => String(/"id":"([^"]+)"/.exec(text)?.[1]);

/** Does work again and again, until it is stopped. */
export interface Load {
  /** Starts the work so many times a second, whether the work before has ended or not. */
  add(perSecond: number, work: (index: number) => Promise<void>): void;
  /** Resolves when all that was started has ended. */
  stop(): Promise<void>;
}

export function openLoad(): Load {
  const stopping = new AbortController();
  const loads: Promise<unknown>[] = [];
  return {
    add(perSecond, work) {
      const run = async (): Promise<void> => {
        const running = new Set<Promise<void>>();
        for (let index = 0; !stopping.signal.aborted; index++) {
          const one = work(index).finally(() => running.delete(one));
          running.add(one);
          await sleep(1_000 / perSecond); // oxlint-disable-line no-await-in-loop -- the pace
        }
        await Promise.all(running);
      };
      loads.push(run());
    },
    async stop() {
      stopping.abort();
      await Promise.all(loads);
    },
  };
}

/** How many answers there were of each status. */
export function countStatuses(answers: readonly Answer[]): Readonly<Record<string, number>> {
  const groups = Object.groupBy(answers, ({ status }) => String(status));
  return Object.fromEntries(Object.entries(groups).map(([status, of = []]) => [status, of.length]));
}

/** The 99th percentile of how long they took, in milliseconds. */
export const p99 = (of: readonly Answer[]): number =>
  of.map(({ took }) => took).toSorted((a, b) => a - b)[Math.floor(of.length * 0.99)] ?? 0;
