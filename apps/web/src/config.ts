import * as v from 'valibot';
import { fetchWithin, queryDeadline } from './api/fetch-within.ts';

const Config = v.object({
  logto: v.object({
    /** Logto's own URL, without `/oidc`. */
    endpoint: v.pipe(v.string(), v.url()),
    appId: v.pipe(v.string(), v.nonEmpty()),
  }),
  /** The resource indicator that access tokens are asked for: the audience of the server's API. */
  apiResource: v.pipe(v.string(), v.nonEmpty()),
});

export type Config = v.InferOutput<typeof Config>;

/**
 * Reads the settings of the deployment at run time, so that one build serves every environment.
 * @throws {Error} when the server cannot be reached or its answer is invalid.
 */
export async function loadConfig(): Promise<Config> {
  // Nothing but the address, so that it is the request that public/first-paint.js has sent already.
  const response = await fetchWithin(queryDeadline, '/api/config');
  if (!response.ok) throw new Error(`GET /api/config answered ${response.status}.`);
  return v.parse(Config, await response.json());
}
