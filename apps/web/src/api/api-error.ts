import type { AppPermission, AppRole } from '@latchkey/policy';
import { isTRPCClientError } from '@trpc/client';
import * as z from 'zod/mini';
import { isPermission, isRole } from '../policy.ts';

/** `data` of a tRPC error of the server. Lenient: a newer server's codes, permissions and roles must not break a page. */
const ErrorData = z.object({
  httpStatus: z.number(),
  latchkey: z.optional(
    z.object({
      code: z.string(),
      requestId: z.nullable(z.string()),
      denied: z.optional(
        z.object({ permission: z.string(), reason: z.string(), grantedBy: z.array(z.string()) }),
      ),
    }),
  ),
});

/** What is missing, and who has it. */
export interface Denial {
  /** `null` when the server did not say, or named one that this version does not know. */
  readonly permission: AppPermission | null;
  /** Permit.io does not know the person (yet), or they hold no role in this organization at all. */
  readonly newcomer: boolean;
  /** Empty when only a role on the report itself grants it. */
  readonly grantedBy: readonly AppRole[];
}

/** What went wrong, in the terms that a page can say something about. */
export type ApiError =
  | { readonly kind: 'denied'; readonly denial: Denial }
  /** Nobody could decide: not a denial. Heals by itself. */
  | { readonly kind: 'undecided' }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'signed-out' }
  /** No answer at all: the network, or the server is down. Heals by itself. */
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'failed'; readonly requestId: string | null };

/** Reads any error that a query, a mutation or a token request may end in. */
export function apiErrorOf(error: unknown): ApiError {
  if (!isTRPCClientError(error)) return { kind: 'unreachable' };
  const data = ErrorData.safeParse(error.data);
  if (!data.success) return { kind: 'unreachable' };
  const { httpStatus, latchkey } = data.data;
  switch (latchkey?.code) {
    case 'AUTHORIZATION_UNAVAILABLE':
    case 'AUTHENTICATION_UNAVAILABLE':
      return { kind: 'undecided' };
    case 'FORBIDDEN':
      return { kind: 'denied', denial: denialOf(latchkey.denied) };
  }
  if (httpStatus === 401) return { kind: 'signed-out' };
  if (httpStatus === 404) return { kind: 'not-found' };
  return { kind: 'failed', requestId: latchkey?.requestId ?? null };
}

function denialOf(denied: NonNullable<z.infer<typeof ErrorData>['latchkey']>['denied']): Denial {
  return {
    permission: denied !== undefined && isPermission(denied.permission) ? denied.permission : null,
    newcomer: denied?.reason === 'unknown_subject' || denied?.reason === 'no_role_in_tenant',
    grantedBy: denied?.grantedBy.filter(isRole) ?? [],
  };
}
