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
 * Gates of the visitor, for server components and server actions. Who is not signed in gets `unauthorized()` of Next.js, a
 * denial of `require` is `forbidden()`: statuses 401 and 403, `unauthorized.tsx` and `forbidden.tsx`. An outage is an error
 * with the digest `AUTHORIZATION_UNAVAILABLE`, for `error.tsx`.
 */
export interface VisitorGates<P extends Policy> extends ServerGates<
  PermissionOf<P>,
  RoleOf<P>,
  InstancePermissionOf<P>
> {
  /** All that can be asked: `check` with its reason, `filter`, `list`. Its errors are not those of Next.js. */
  readonly current: () => Promise<Permissions<PermissionOf<P>, RoleOf<P>, InstancePermissionOf<P>>>;
}

/** @param current - the permissions of the visitor; called for every question */
export function createVisitorGates<P extends Policy>(current: VisitorGates<P>['current']): VisitorGates<P> {
  const { can, require, answers } = createServerGates(current);
  return { current, can: withDigest(can), require: withDigest(require), answers };
}

function withDigest<Gate extends (...words: never[]) => Promise<unknown>>(gate: Gate): Gate {
  return new Proxy(gate, {
    apply: (target, self, words) => Reflect.apply(target, self, words).catch(rethrowForNext),
  });
}

/** Next.js tells errors apart by their `digest` alone: in production nothing else of them reaches the browser. */
function rethrowForNext(error: unknown): never {
  if (error instanceof PermissionDeniedError) throw Object.assign(error, { digest: forbiddenDigest() });
  if (error instanceof AuthorizationUnavailableError) throw Object.assign(error, { digest: error.code });
  throw error;
}

/** @throws an error of Next.js when `experimental.authInterrupts`, which `withLatchkey` sets, is off */
function forbiddenDigest(): string {
  try {
    return forbidden();
  } catch (interrupt) {
    if (interrupt instanceof Error && 'digest' in interrupt) return String(interrupt.digest);
    throw interrupt;
  }
}
