import { loadConfig } from './config.ts';
import { createAuth, type Auth } from './auth.ts';

let auth: Promise<Auth> | undefined;

/** Loads the dependencies of signing in, once; retried after a failure. @throws when the settings cannot be read. */
export async function loadAuth(): Promise<Auth> {
  auth ??= loadConfig().then(createAuth);
  try {
    return await auth;
  } catch (error) {
    auth = undefined;
    throw error;
  }
}
