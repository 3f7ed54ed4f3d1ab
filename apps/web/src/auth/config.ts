import * as v from 'valibot';
import { fetchWithin, queryDeadline } from '../api/fetch-within.ts';

const Config = v.object({
  logto: v.object({
    /** Logto's base URL, without `/oidc`. */
    endpoint: v.pipe(v.string(), v.url()),
    appId: v.pipe(v.string(), v.nonEmpty()),
  }),
  /** The resource indicator of access tokens: the audience of the server's API. */
  apiResource: v.pipe(v.string(), v.nonEmpty()),
});

export type Config = v.InferOutput<typeof Config>;

/** Reads the settings at run time, so that one build serves every environment. @throws when they cannot be read. */
export async function loadConfig(): Promise<Config> {
  // Without options, so that it matches the request that public/first-paint.js has already sent.
  const response = await fetchWithin(queryDeadline, '/api/config');
  if (!response.ok) throw new Error(`GET /api/config answered ${response.status}.`);
  return v.parse(Config, await response.json());
}
