import { retryLink, type TRPCLink } from '@trpc/client';
import type { AnyRouter } from '@trpc/server';
import type { Auth } from '../auth/auth.ts';
import { viewHeaders } from '../auth/view-as.ts';
import { apiErrorOf } from './api-error.ts';

/** How requests carry the user's token and the current view. */
export interface Authorize {
  readonly headers: () => Promise<Record<string, string>>;
  /** Call this when the server refused the token. */
  readonly forget: () => void;
}

export function createAuthorize(auth: Pick<Auth, 'accessToken' | 'forgetAccessToken'>): Authorize {
  return {
    headers: async () => ({ authorization: `Bearer ${await auth.accessToken()}`, ...viewHeaders() }),
    forget: () => auth.forgetAccessToken(),
  };
}

/** A token may expire in transit. A rejected request was not carried out, so it is retried with a new token. */
export function renewToken<Router extends AnyRouter>({ forget }: Authorize): TRPCLink<Router> {
  return retryLink<Router>({
    retry({ error, attempts }) {
      if (attempts > 1 || apiErrorOf(error).kind !== 'signed-out') return false;
      forget();
      return true;
    },
  });
}
