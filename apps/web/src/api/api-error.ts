import type { AppPermission, AppRole } from '@latchkey/policy';
import { isTRPCClientError } from '@trpc/client';
import * as z from 'zod/mini';
import { isPermission, isRole } from '../policy.ts';

/** `data` of a tRPC error of the server. Lenient: unknown codes, permissions and roles of a newer server must not break a page. */
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

/** The missing permission, and the roles that have it. */
export interface Denial {
  /** `null` when the server did not name it, or this version does not know it. */
  readonly permission: AppPermission | null;
  /** Permit.io does not know the person (yet), or the person has no role in this organization. */
  readonly newcomer: boolean;
  /** Empty when only a role on the report itself grants the permission. */
  readonly grantedBy: readonly AppRole[];
}

/** The kinds of errors that a page can explain. */
export type ApiError =
  | { readonly kind: 'denied'; readonly denial: Denial }
  /** No decision could be made: not a denial. Temporary. */
  | { readonly kind: 'undecided' }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'signed-out' }
  /** No answer: the network or the server is down. Temporary. */
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'failed'; readonly requestId: string | null };

/** Classifies any error of a query, a mutation or a token request. */
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
