import type { GateAnswer } from '../core/gate-question.ts';
import type { Ask } from './gate-store.ts';

/** Milliseconds. The gates retry after a timeout. */
const deadline = 15_000;

/**
 * Creates an `ask` function for servers without tRPC, which sends the questions to the handler of `./fetch`. Call
 * `createFetchAsk` once, outside of components:
 *
 * ```tsx
 * const ask = createFetchAsk<Permission, Role>('/api/gates');
 * <PermissionsProvider scope={scope} ask={ask}>…</PermissionsProvider>
 * ```
 * @param url - The handler's URL, for example `/api/gates`.
 * @param headers - Returns headers to send, for example with a token. Called for every request. Default: none.
 *   Same-origin cookies are sent in any case.
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
    return answers as GateAnswer<Permission, Role>[]; // oxlint-disable-line typescript/no-unsafe-type-assertion -- only `allowed` is shown as allowed
  };
}
