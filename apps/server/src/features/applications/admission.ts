import type { Identity } from '../../authentication/identity.ts';
import type { PermissionsFor } from '../../directory/decisions.ts';
import { AppError } from '../../platform/app-error.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { ConnectionKey, Connections, FoundConnection } from './connections.ts';
import type { Grants } from './grants.ts';
import { nameOf } from './views.ts';

export interface AdmissionDeps {
  readonly connections: Pick<Connections, 'find' | 'connect' | 'touch'>;
  readonly grants: Pick<Grants, 'areReadable' | 'newest'>;
  readonly permissionsFor: PermissionsFor;
  readonly consoleUrl: string | undefined;
  readonly onError: (error: unknown) => void;
}

/**
 * Decides whether an application may act for a person in a tenant, and returns the caller with the application's name.
 * Reads the database for each call, so that an end holds on every replica from its answer on. A caller without an
 * application is returned unchanged.
 * @throws {AppError} `APPLICATION_BLOCKED`, `APPLICATION_DISCONNECTED`, `APPLICATION_NOT_ALLOWED`, `FORBIDDEN`,
 * `TOKEN_CLIENT`
 */
export function createAdmitApplication(deps: AdmissionDeps) {
  const { connections, grants, permissionsFor, consoleUrl, onError } = deps;
  const connect = async (
    identity: Identity,
    key: ConnectionKey,
    { endedAt }: FoundConnection,
  ): Promise<FoundConnection> => {
    const { isOrganizationChosen = false, scopes = [] } = identity;
    const issuedAt = identity.issuedAt * 1_000;
    if (endedAt !== null && issuedAt <= endedAt) throw disconnected();
    // A token can be older than the end of the membership.
    const { permissions } = await permissionsFor({ subject: key.subject, tenant: key.tenant }).granted();
    if (permissions.length === 0)
      throw new AppError('FORBIDDEN', 'The person has no access to this organization.');
    const grant = await grants.newest(key, endedAt);
    const grantedAt = grants.areReadable ? (grant?.issuedAt ?? Number.NEGATIVE_INFINITY) : issuedAt;
    // Proves nothing about an end that the first read has not seen.
    const consentedAt = endedAt === null ? Number.NEGATIVE_INFINITY : Math.min(issuedAt, grantedAt);
    if (endedAt !== null && consentedAt <= endedAt) throw disconnected();
    // Without access to Logto, only the person can say that they want an application again.
    const isWaiting = isOrganizationChosen || (endedAt !== null && !grants.areReadable);
    const found = await connections.connect(key, {
      state: isWaiting ? 'waiting' : 'allowed',
      name: grant?.name ?? null,
      scopes,
      consentedAt,
    });
    if (found.endedAt !== null) throw disconnected();
    return found;
  };

  const storeUse = async (key: ConnectionKey, { name }: FoundConnection, scopes: readonly string[]) => {
    const known = name ?? (await grants.newest(key, null))?.name ?? null;
    await connections.touch(key, { name: known, scopes });
  };

  return async (caller: SignedIn): Promise<SignedIn> => {
    const { tenant, subject, via, scopes = [] } = caller.identity;
    if (via === undefined) return caller;
    const { clientId } = via;
    if (clientId === '') throw new AppError('TOKEN_CLIENT', 'The token names no application.');
    const key = { tenant, subject, clientId };
    let found = await connections.find(key);
    if (found.isBlocked)
      throw new AppError(
        'APPLICATION_BLOCKED',
        `${nameOf({ clientId, name: found.name })} is blocked in this organization.`,
      );
    if (found.state === undefined || found.endedAt !== null)
      found = await connect(caller.identity, key, found);
    const name = nameOf({ clientId, name: found.name });
    if (found.state === 'waiting') {
      const where = consoleUrl === undefined ? '' : ` at ${new URL('/access/applications', consoleUrl).href}`;
      throw new AppError(
        'APPLICATION_NOT_ALLOWED',
        `${name} is not allowed in this organization yet. Allow it${where} under Your access › Connected applications.`,
      );
    }
    if (found.isStale) storeUse(key, found, scopes).catch(onError);
    return { ...caller, identity: { ...caller.identity, via: { clientId, name } } };
  };
}

function disconnected(): AppError {
  return new AppError(
    'APPLICATION_DISCONNECTED',
    'The person has disconnected this application. Only a new consent connects it again.',
  );
}
