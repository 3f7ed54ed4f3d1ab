import { z } from 'zod';
import { createLogtoTransport, unlessMissing, type LogtoManagementOptions } from './logto-transport.ts';

const Sessions = z.object({
  sessions: z.array(
    z.object({
      payload: z.object({ uid: z.string(), loginTs: z.number().nullish() }),
      expiresAt: z.number(),
    }),
  ),
});
const Grants = z.object({
  grants: z.array(
    z.object({
      id: z.string(),
      payload: z.object({
        clientId: z.string().optional(),
        iat: z.number().optional(),
        resources: z.record(z.string(), z.string()).optional(),
      }),
      expiresAt: z.number(),
      application: z.object({ id: z.string(), name: z.string().nullish() }).optional(),
    }),
  ),
});
const Roles = z.array(z.object({ id: z.string(), name: z.string() }));
const Anything = z.unknown();

export interface LogtoSession {
  readonly id: string;
  readonly signedInAt: number | null;
  readonly expiresAt: number;
}

/** A user's consent to a third-party application. Times are in epoch milliseconds. */
export interface LogtoGrant {
  readonly id: string;
  readonly clientId: string;
  /** As consented: a client that registers itself chooses its own name. */
  readonly name: string | null;
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** By the indicator of the API resource; `undefined` if Logto does not say. */
  readonly scopes: ReadonlyMap<string, readonly string[]> | undefined;
}

/** The Management API calls about one account. Every method rejects with `LogtoApiError`; all are idempotent. */
export interface LogtoAccounts {
  /** The user's sessions, newest first; `undefined` without such a user, or before Logto 1.42. */
  sessionsOf(userId: string): Promise<LogtoSession[] | undefined>;
  /**
   * Ends all sessions and revokes all refresh tokens. JWT access tokens remain valid until they expire. Resolves to
   * `false` where `sessionsOf` resolves to `undefined`.
   */
  endSessions(userId: string): Promise<boolean>;
  /** The user's grants of third-party applications; none for an unknown user, or before Logto 1.42. */
  grantsOf(userId: string): Promise<LogtoGrant[]>;
  /** Also revokes the grant's refresh tokens, but no JWT access token. Resolves to `false` without such a grant. */
  deleteGrant(userId: string, grantId: string): Promise<boolean>;
  /** Resolves to `false` if Logto has no such user. */
  setSuspended(userId: string, isSuspended: boolean): Promise<boolean>;
  /** The ids of a member's organization roles; `undefined` for a user who is not a member. */
  organizationRolesOf(userId: string, organizationId: string): Promise<string[] | undefined>;
  /**
   * Removes roles by name: organization roles with `organizationId`, otherwise user roles. Resolves to `false` if the
   * user has none of them.
   */
  removeRoles(userId: string, names: ReadonlySet<string>, organizationId?: string): Promise<boolean>;
  /** Resolves to `false` if the user is not a member. */
  leaveOrganization(userId: string, organizationId: string): Promise<boolean>;
  joinOrganization(userId: string, organizationId: string, roleIds: readonly string[]): Promise<void>;
}

export function createLogtoAccounts(options: LogtoManagementOptions): LogtoAccounts {
  const transport = createLogtoTransport(options);
  const to = encodeURIComponent;
  const remove = async (path: string): Promise<boolean> =>
    (await unlessMissing(transport.send('DELETE', path, { answer: Anything }).then(() => true))) ?? false;
  const rolesAt = async (path: string) =>
    (await unlessMissing(unlessMissing(transport.get(path, { answer: Roles })), 422))?.body;
  const listSessions = async (userId: string) =>
    (await unlessMissing(transport.get(`/users/${to(userId)}/sessions`, { answer: Sessions })))?.body
      .sessions;
  const listGrants = async (userId: string, query = '') =>
    (await unlessMissing(transport.get(`/users/${to(userId)}/grants${query}`, { answer: Grants })))?.body
      .grants ?? [];
  const deleteGrant = (userId: string, grantId: string) =>
    remove(`/users/${to(userId)}/grants/${to(grantId)}`);

  return {
    async sessionsOf(userId) {
      return (await listSessions(userId))
        ?.map(({ payload: { uid, loginTs }, expiresAt }) => ({
          id: uid,
          signedInAt: typeof loginTs === 'number' ? loginTs * 1_000 : null,
          expiresAt,
        }))
        .toSorted((one, other) => (other.signedInAt ?? 0) - (one.signedInAt ?? 0));
    },
    async endSessions(userId) {
      const sessions = await listSessions(userId);
      if (sessions === undefined) return false;
      const user = `/users/${to(userId)}`;
      await Promise.all(
        sessions.map(({ payload: { uid } }) => remove(`${user}/sessions/${to(uid)}?revokeGrantsTarget=all`)),
      );
      // Also revokes grants of applications whose sessions ended earlier.
      const rest = await listGrants(userId);
      await Promise.all(rest.map(({ id }) => deleteGrant(userId, id)));
      return true;
    },
    async grantsOf(userId) {
      const grants = await listGrants(userId, '?appType=thirdParty');
      return grants.flatMap(({ id, payload: { clientId, iat = 0, resources }, expiresAt, application }) => {
        const client = clientId ?? application?.id;
        if (client === undefined) return [];
        const scopes =
          resources && new Map(Object.entries(resources).map(([one, of]) => [one, of.split(' ')]));
        return [
          { id, clientId: client, name: application?.name ?? null, issuedAt: iat * 1_000, expiresAt, scopes },
        ];
      });
    },
    deleteGrant,
    async setSuspended(userId, isSuspended) {
      const body = { isSuspended };
      const path = `/users/${to(userId)}/is-suspended`;
      return (
        (await unlessMissing(transport.send('PATCH', path, { body, answer: z.object({}) }))) !== undefined
      );
    },
    async organizationRolesOf(userId, organizationId) {
      const roles = await rolesAt(`/organizations/${to(organizationId)}/users/${to(userId)}/roles`);
      return roles?.map(({ id }) => id);
    },
    async removeRoles(userId, names, organizationId) {
      const organization = organizationId === undefined ? '' : `/organizations/${to(organizationId)}`;
      const path = `${organization}/users/${to(userId)}/roles`;
      const found = (await rolesAt(path))?.filter(({ name }) => names.has(name)) ?? [];
      const removed = await Promise.all(found.map(({ id }) => remove(`${path}/${to(id)}`)));
      return removed.includes(true);
    },
    leaveOrganization: (userId, organizationId) =>
      remove(`/organizations/${to(organizationId)}/users/${to(userId)}`),
    async joinOrganization(userId, organizationId, roleIds) {
      const users = `/organizations/${to(organizationId)}/users`;
      await transport.send('POST', users, { body: { userIds: [userId] }, answer: Anything });
      if (roleIds.length === 0) return;
      const body = { organizationRoleIds: roleIds };
      await transport.send('POST', `${users}/${to(userId)}/roles`, { body, answer: Anything });
    },
  };
}
