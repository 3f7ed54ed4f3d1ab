import type { GateAnswer } from '../gate-question.ts';
import type { Ask } from './gate-store.ts';

/** Milliseconds until a request without an answer is given up, and asked again. */
const deadline = 15_000;

/**
 * An `ask` for servers without tRPC: sends the questions to the handler of `./fetch`. Call it once, outside of components.
 * @param url - The handler's URL, for example `/api/gates`.
 * @param headers - Called for every request, for a token. Default: none; cookies of the same origin are sent.
 */
export function createFetchAsk<Permission extends string, Role extends string>(
  url: string,
  headers?: () => Promise<Readonly<Record<string, string>>> | Readonly<Record<string, string>>,
): Ask<Permission, Role> {
  return async (questions) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...(await headers?.()), 'content-type': 'application/json' },
      body: JSON.stringify(questions),
      signal: AbortSignal.timeout(deadline),
    });
    const answers: unknown = await response.json();
    if (!response.ok || !Array.isArray(answers)) throw new TypeError(`${url} answered ${response.status}.`);
    return answers as GateAnswer<Permission, Role>[]; // oxlint-disable-line typescript/no-unsafe-type-assertion -- what is not `allowed` is never shown as such
  };
}
