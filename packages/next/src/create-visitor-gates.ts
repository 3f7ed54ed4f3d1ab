import {
  AuthorizationUnavailableError,
  PermissionDeniedError,
  type InstancePermissionOf,
  type PermissionOf,
  type Permissions,
  type Policy,
  type RoleOf,
} from '@latchkey/permissions';
import { createServerGates, type ServerGates } from '@latchkey/permissions/fetch';
import { forbidden } from 'next/navigation';

/**
 * The visitor's permissions, for server components and server actions. Without a session every call throws Next.js's
 * `unauthorized()`: status 401 and `unauthorized.tsx`. When `require` is denied, it throws `forbidden()`: status 403
 * and `forbidden.tsx`. An outage is an error with the digest `AUTHORIZATION_UNAVAILABLE`, for `error.tsx`.
 */
export interface VisitorGates<P extends Policy> extends ServerGates<
  PermissionOf<P>,
  RoleOf<P>,
  InstancePermissionOf<P>
> {
  /**
   * Returns the full `Permissions`, for example for `check`, `filter` and `list`. Their errors are not converted for
   * Next.js.
   */
  readonly current: () => Promise<Permissions<PermissionOf<P>, RoleOf<P>, InstancePermissionOf<P>>>;
}

/** @param current - returns the visitor's permissions; called for every question */
export function createVisitorGates<P extends Policy>(current: VisitorGates<P>['current']): VisitorGates<P> {
  const { can, require, answers } = createServerGates(current);
  return { current, can: withDigest(can), require: withDigest(require), answers };
}

function withDigest<Gate extends (...args: never[]) => Promise<unknown>>(gate: Gate): Gate {
  return new Proxy(gate, {
    apply: (target, self, args) => Reflect.apply(target, self, args).catch(rethrowForNext),
  });
}

/** In production only an error's `digest` reaches the browser, so Next.js distinguishes errors by it. */
function rethrowForNext(error: unknown): never {
  if (error instanceof PermissionDeniedError) throw Object.assign(error, { digest: forbiddenDigest() });
  if (error instanceof AuthorizationUnavailableError) throw Object.assign(error, { digest: error.code });
  throw error;
}

/** @throws an error of Next.js unless `withLatchkey` has enabled `experimental.authInterrupts` */
function forbiddenDigest(): string {
  try {
    return forbidden();
  } catch (interrupt) {
    if (interrupt instanceof Error && 'digest' in interrupt) return String(interrupt.digest);
    throw interrupt;
  }
}
