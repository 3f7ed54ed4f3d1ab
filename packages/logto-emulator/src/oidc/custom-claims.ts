import { runInNewContext } from 'node:vm';
import { errors, type AccessToken, type ClientCredentials, type KoaContextWithOIDC } from 'oidc-provider';
import { z } from 'zod';
import { showUser } from '../directory/users.ts';
import type { User } from '../directory/records.ts';
import { membershipsOf, organizationRolesOf, rolesOf } from '../directory/granted-scopes.ts';
import type { Logto } from '../logto.ts';
import { requestedOrganization } from './resource-servers.ts';

/** As in Logto ("Custom token claims" in its docs). */
export interface CustomClaimsInput {
  readonly token: Readonly<Record<string, unknown>>;
  readonly context: {
    readonly user?: Readonly<Record<string, unknown>>;
    readonly application?: Readonly<Record<string, unknown>>;
    readonly organization?: Readonly<Record<string, unknown>>;
  };
  readonly environmentVariables: Readonly<Record<string, string>>;
  readonly api: { denyAccess(message?: string): never };
}

/**
 * Returns claims to add to an access token for a resource. May be async. Call `api.denyAccess` to refuse the
 * token instead.
 */
export type CustomClaims = (input: CustomClaimsInput) => unknown;

const claims = z.record(z.string(), z.unknown());

/** Thrown by `api.denyAccess`. */
class Denial extends Error {
  override readonly name = 'Denial';
}

const api = {
  denyAccess(message = 'Access denied.'): never {
    throw new Denial(message);
  },
};

/** Each script has its own context. This is not a sandbox. */
function compile(script: string): CustomClaims {
  const run: unknown = runInNewContext(`${script}\n;getCustomJwtClaims`, { console }, { timeout: 3000 });
  if (typeof run !== 'function') throw new TypeError('getCustomJwtClaims is not a function');
  return (input) => run(input);
}

function userContext({ directory }: Logto, user: User): Readonly<Record<string, unknown>> {
  const memberships = membershipsOf(directory, user.id);
  return {
    ...showUser(user),
    hasPassword: user.passwordHash !== null,
    ssoIdentities: [],
    mfaVerificationFactors: [],
    roles: rolesOf(directory, user).map(({ id, name, description, scopeIds }) => ({
      id,
      name,
      description,
      scopes: scopeIds.flatMap((scopeId) => directory.scopes.get(scopeId) ?? []),
    })),
    organizations: memberships.flatMap(
      ({ organizationId }) => directory.organizations.get(organizationId) ?? [],
    ),
    organizationRoles: memberships.flatMap((membership) =>
      organizationRolesOf(directory, membership).map(({ id, name }) => ({
        organizationId: membership.organizationId,
        roleId: id,
        roleName: name,
      })),
    ),
  };
}

type Token = AccessToken | ClientCredentials;

function inputOf(
  logto: Logto,
  ctx: KoaContextWithOIDC,
  token: Token,
): Omit<CustomClaimsInput, 'environmentVariables'> {
  const { directory } = logto;
  const userId = 'accountId' in token ? token.accountId : undefined;
  const user = directory.users.get(userId ?? '');
  const application = directory.applications.get(token.clientId ?? '');
  const organization = directory.organizations.get(requestedOrganization(ctx) ?? '');
  const { jti, aud, scope, clientId, kind } = token;
  return {
    token: { jti, aud, scope, clientId, kind, ...(userId === undefined ? {} : { accountId: userId }) },
    context: {
      ...(user === undefined ? {} : { user: userContext(logto, user) }),
      ...(application === undefined
        ? {}
        : {
            application: {
              id: application.id,
              name: application.name,
              type: application.type,
              customData: application.customData,
            },
          }),
      ...(organization === undefined ? {} : { organization: { ...organization } }),
    },
    api,
  };
}

/** As in Logto, a script that fails adds nothing, and a script can deny access. */
export function customClaims(logto: Logto, programmatic: CustomClaims | undefined) {
  return async (ctx: KoaContextWithOIDC, token: Token): Promise<Record<string, unknown> | undefined> => {
    const customizer = logto.settings.jwtCustomizer(
      token.kind === 'ClientCredentials' ? 'client-credentials' : 'access-token',
    );
    if (customizer === undefined && programmatic === undefined) return undefined;
    const input = {
      ...inputOf(logto, ctx, token),
      environmentVariables: customizer?.environmentVariables ?? {},
    };
    try {
      const scripted = customizer === undefined ? {} : await compile(customizer.script)(input);
      const added = programmatic === undefined ? {} : await programmatic(input);
      return { ...claims.parse(scripted), ...claims.parse(added) };
    } catch (error) {
      if (error instanceof Denial) throw new errors.AccessDenied(error.message);
      return undefined;
    }
  };
}
