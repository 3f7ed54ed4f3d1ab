import { setTimeout as sleep } from 'node:timers/promises';

/** Somebody who listens to changes, and opens the stream again a second after it broke. */
export interface Listening {
  /** How often the stream was opened. */
  opened(): number;
  /** The longest time between two messages, in milliseconds. */
  longestSilence(): number;
  end(): Promise<void>;
}

export function listenThrough(url: string, procedure: string, token: string): Listening {
  const ending = new AbortController();
  const heard = [performance.now()];
  let opened = 0;
  const listenOnce = async (): Promise<void> => {
    const response = await fetch(`${url}/api/trpc/${procedure}`, {
      headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' },
      signal: ending.signal,
    });
    if (!response.ok || response.body === null) return;
    opened += 1;
    const decoder = new TextDecoder();
    for await (const chunk of response.body)
      if (decoder.decode(chunk, { stream: true }).includes('"changed":true')) heard.push(performance.now());
  };
  const listen = async (): Promise<void> => {
    /* oxlint-disable no-await-in-loop -- again and again */
    while (!ending.signal.aborted) {
      await listenOnce().catch(() => {});
      await sleep(1_000, undefined, { signal: ending.signal }).catch(() => {});
    }
    /* oxlint-enable no-await-in-loop */
  };
  const ended = listen();
  return {
    opened: () => opened,
    longestSilence: () =>
      Math.max(...[...heard, performance.now()].map((at, index, all) => at - (all[index - 1] ?? at))),
    async end() {
      ending.abort();
      await ended;
    },
  };
}
