import * as z from 'zod/mini';
import { queryDeadline } from './api/deadline-link.ts';
import { fetchWithin } from './api/fetch-within.ts';

const Config = z.object({
  logto: z.object({
    /** Logto's own URL, without `/oidc`. */
    endpoint: z.url(),
    appId: z.string().check(z.minLength(1)),
  }),
  /** The resource indicator that access tokens are asked for: the audience of the server's API. */
  apiResource: z.string().check(z.minLength(1)),
});

export type Config = z.infer<typeof Config>;

/**
 * Reads the settings of the deployment at run time, so that one build serves every environment.
 * @throws {Error} when the server cannot be reached or its answer is invalid.
 */
export async function loadConfig(): Promise<Config> {
  const response = await fetchWithin(queryDeadline, '/api/config', {
    headers: { accept: 'application/json' },
  });
  if (!response.ok) throw new Error(`GET /api/config answered ${response.status}.`);
  return Config.parse(await response.json());
}
