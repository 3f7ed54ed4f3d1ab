import { loadConfig } from '../config.ts';
import { createAuth, type Auth } from './auth.ts';

let auth: Promise<Auth> | undefined;

/** What signing in needs, once; asked for again after a failure. @throws when the settings cannot be read. */
export async function loadAuth(): Promise<Auth> {
  auth ??= loadConfig().then(createAuth);
  try {
    return await auth;
  } catch (error) {
    auth = undefined;
    throw error;
  }
}
