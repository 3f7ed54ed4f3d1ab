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
const Grants = z.object({ grants: z.array(z.object({ id: z.string() })) });
const Roles = z.array(z.object({ id: z.string(), name: z.string() }));
const Anything = z.unknown();

export interface LogtoSession {
  readonly id: string;
  readonly signedInAt: number | null;
  readonly expiresAt: number;
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
      const rest = await unlessMissing(transport.get(`${user}/grants`, { answer: Grants }));
      await Promise.all((rest?.body.grants ?? []).map(({ id }) => remove(`${user}/grants/${to(id)}`)));
      return true;
    },
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
