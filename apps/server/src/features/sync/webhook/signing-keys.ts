import { developmentSigningKey, isEmulator } from '@latchkey/environment';

/** Lifetime in milliseconds of the cached result whether an emulator answered. */
const remembered = 10_000;

/**
 * The keys that may sign a delivery now. The emulator's key is public, so it is accepted only while an emulator answers
 * at Logto's URL: a real Logto on the same machine has the same kind of URL.
 */
export function createSigningKeys(
  keys: readonly string[],
  logtoEndpoint: string,
): () => Promise<readonly string[]> {
  if (!keys.includes(developmentSigningKey)) return async () => keys;
  const own = keys.filter((key) => key !== developmentSigningKey);
  let answer: Promise<boolean> | undefined;
  let askedAt = 0;
  return async () => {
    if (answer === undefined || performance.now() - askedAt > remembered) {
      askedAt = performance.now();
      answer = isEmulator(logtoEndpoint);
    }
    return (await answer) ? keys : own;
  };
}
