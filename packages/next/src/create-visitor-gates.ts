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
 * The visitor's permissions, for server components and server actions. Without a session, every call throws the error
 * of Next.js's `unauthorized()`, which renders `unauthorized.tsx` with status 401. A denied `require` throws the error
 * of `forbidden()`, which renders `forbidden.tsx` with status 403. During an outage, `can` and `require` throw an error
 * with the digest `AUTHORIZATION_UNAVAILABLE`, which `error.tsx` can recognize.
 */
export interface VisitorGates<P extends Policy> extends ServerGates<
  PermissionOf<P>,
  RoleOf<P>,
  InstancePermissionOf<P>
> {
  /**
   * Returns the full `Permissions`, for example to call `check`, `filter` or `list`. The errors of these methods are
   * not converted for Next.js.
   */
  readonly current: () => Promise<Permissions<PermissionOf<P>, RoleOf<P>, InstancePermissionOf<P>>>;
}

export function createVisitorGates<P extends Policy>(current: VisitorGates<P>['current']): VisitorGates<P> {
  const { can, require, answers } = createServerGates(current);
  return { current, can: withDigest(can), require: withDigest(require), answers };
}

function withDigest<Gate extends (...args: never[]) => Promise<unknown>>(gate: Gate): Gate {
  return new Proxy(gate, {
    apply: (target, self, args) => Reflect.apply(target, self, args).catch(rethrowForNext),
  });
}

/** Only the `digest` reaches the browser in production. */
function rethrowForNext(error: unknown): never {
  if (error instanceof PermissionDeniedError) throw Object.assign(error, { digest: forbiddenDigest() });
  if (error instanceof AuthorizationUnavailableError) throw Object.assign(error, { digest: error.code });
  throw error;
}

/** The digest of `forbidden()`. Rethrows Next.js's own error unless `withLatchkey` has enabled `authInterrupts`. */
function forbiddenDigest(): string {
  try {
    return forbidden();
  } catch (interrupt) {
    if (interrupt instanceof Error && 'digest' in interrupt) return String(interrupt.digest);
    throw interrupt;
  }
}
