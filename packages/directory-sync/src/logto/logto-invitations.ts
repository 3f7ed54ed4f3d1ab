import { z } from 'zod';
import { createLogtoTransport, unlessMissing, type LogtoManagementOptions } from './logto-transport.ts';

const Role = z.object({ id: z.string(), name: z.string() });
const Invitation = z.object({
  id: z.string(),
  inviterId: z.string().nullish(),
  invitee: z.string(),
  acceptedUserId: z.string().nullish(),
  organizationId: z.string(),
  // Treats statuses of newer Logto versions as revoked.
  status: z.enum(['Pending', 'Accepted', 'Expired', 'Revoked']).catch('Revoked'),
  /** Epoch milliseconds. */
  createdAt: z.number(),
  updatedAt: z.number(),
  expiresAt: z.number(),
  organizationRoles: z.array(Role).nullish(),
});
/** An invitation to an organization, as Logto stores it. A pending invitation past its expiry is `Expired`. */
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
  /** All invitations of an organization in any status. Logto does not paginate them. */
  list(organizationId: string): Promise<LogtoInvitation[]>;
  /** Returns an invitation; `undefined` if Logto does not have it. */
  find(id: string): Promise<LogtoInvitation | undefined>;
  /**
   * Creates an invitation without sending an email. Logto refuses with `entity.unique_integrity_violation` if an
   * invitation to the same address is pending, and with `request.invalid_input` if the address is a member's.
   */
  create(invitation: NewInvitation): Promise<LogtoInvitation>;
  /**
   * Emails the link through Logto's email connector. If Logto has none, rejects with status 501 and
   * `connector.not_found`.
   */
  send(id: string, link: string): Promise<void>;
  /**
   * Accepts a pending invitation: makes the user a member with the invitation's roles. Rejects if the invitation is not
   * pending or the user has another email address.
   */
  accept(id: string, userId: string): Promise<void>;
  /** Revokes a pending invitation; rejects if the invitation is not pending. */
  revoke(id: string): Promise<void>;
  /** The organization roles for users, sorted by name. */
  roles(): Promise<{ id: string; name: string }[]>;
  /** Whether Logto has an email connector. */
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
      // One page is enough: no user chooses from more than a hundred roles.
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
