import { z } from 'zod';
import { createLogtoTransport, unlessMissing, type LogtoManagementOptions } from './logto-transport.ts';

const Role = z.object({ id: z.string(), name: z.string() });
const Invitation = z.object({
  id: z.string(),
  inviterId: z.string().nullish(),
  invitee: z.string(),
  acceptedUserId: z.string().nullish(),
  organizationId: z.string(),
  // Newer versions of Logto may add statuses.
  status: z.enum(['Pending', 'Accepted', 'Expired', 'Revoked']).catch('Revoked'),
  /** Epoch milliseconds. */
  createdAt: z.number(),
  updatedAt: z.number(),
  expiresAt: z.number(),
  organizationRoles: z.array(Role).nullish(),
});
/** A pending invitation past its expiry is `Expired`. */
export type LogtoInvitation = z.output<typeof Invitation>;

const OrganizationRole = Role.extend({ type: z.string().optional() });
const Connector = z.object({ type: z.string() });

export interface NewInvitation {
  /** The inviter's Logto id; `null` when the inviter is not a user. */
  readonly inviterId: string | null;
  readonly invitee: string;
  readonly organizationId: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  readonly organizationRoleIds: readonly string[];
}

/** The organization invitation calls of Logto's Management API. Every method rejects with `LogtoApiError`. */
export interface LogtoInvitations {
  /** In any status. */
  list(organizationId: string): Promise<LogtoInvitation[]>;
  find(id: string): Promise<LogtoInvitation | undefined>;
  /**
   * Creates an invitation without an email. Rejects with `entity.unique_integrity_violation` while one to this address
   * is pending, and with `request.invalid_input` for a member's address.
   */
  create(invitation: NewInvitation): Promise<LogtoInvitation>;
  /** Emails the link. Rejects with status 501 and `connector.not_found` if Logto has no email connector. */
  send(id: string, link: string): Promise<void>;
  /**
   * Makes the user a member with the invitation's roles. Rejects unless it is pending and for the user's email address.
   */
  accept(id: string, userId: string): Promise<void>;
  /** Rejects unless the invitation is pending. */
  revoke(id: string): Promise<void>;
  /** The organization roles for users, sorted by name. */
  roles(): Promise<{ id: string; name: string }[]>;
  hasEmailConnector(): Promise<boolean>;
}

const pageSize = 100;
const Anything = z.unknown();

const pathOf = (id: string): string => `/organization-invitations/${encodeURIComponent(id)}`;

export function createLogtoInvitations(options: LogtoManagementOptions): LogtoInvitations {
  const transport = createLogtoTransport(options);
  return {
    async list(organizationId) {
      const path = `/organization-invitations?organizationId=${encodeURIComponent(organizationId)}`;
      return (await transport.get(path, { answer: z.array(Invitation) })).body;
    },
    find: async (id) => (await unlessMissing(transport.get(pathOf(id), { answer: Invitation })))?.body,
    create: (invitation) =>
      transport.send('POST', '/organization-invitations', {
        body: { ...invitation, messagePayload: false },
        answer: Invitation,
      }),
    async send(id, link) {
      await transport.send('POST', `${pathOf(id)}/message`, { body: { link }, answer: Anything });
    },
    async accept(id, acceptedUserId) {
      const body = { status: 'Accepted', acceptedUserId };
      await transport.send('PUT', `${pathOf(id)}/status`, { body, answer: Anything });
    },
    async revoke(id) {
      await transport.send('PUT', `${pathOf(id)}/status`, { body: { status: 'Revoked' }, answer: Anything });
    },
    async roles() {
      // One page is enough: nobody chooses from more than a hundred roles.
      const path = `/organization-roles?page=1&page_size=${pageSize}`;
      const { body } = await transport.get(path, { answer: z.array(OrganizationRole) });
      return body
        .filter(({ type = 'User' }) => type === 'User')
        .map(({ id, name }) => ({ id, name }))
        .toSorted((one, other) => one.name.localeCompare(other.name));
    },
    async hasEmailConnector() {
      const { body } = await transport.get('/connectors', { answer: z.array(Connector) });
      return body.some(({ type }) => type === 'Email');
    },
  };
}
