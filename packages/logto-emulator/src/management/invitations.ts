import { z } from 'zod';
import { fold, membershipKey } from '../directory/directory.ts';
import { standardId } from '../directory/identifiers.ts';
import type { Invitation, User } from '../directory/records.ts';
import { membershipIn, pick } from '../directory/granted-scopes.ts';
import type { Logto } from '../logto.ts';
import { input } from './input.ts';
import { refuseUnknownIds, found, remove, RequestError } from './request-error.ts';
import { addMembers, membershipUpdated } from './membership.ts';
import { byName } from './paging.ts';
import { route, type Answer, type Call, type Route } from './route.ts';

const message = z.looseObject({
  code: z.string().optional(),
  link: z.string().optional(),
  locale: z.string().optional(),
  uiLocales: z.string().optional(),
});
const creation = z.object({
  inviterId: z.string().max(128).nullable().default(null),
  invitee: z.email(),
  organizationId: z.string().min(1).max(128),
  expiresAt: z.number(),
  organizationRoleIds: z.array(z.string()).default([]),
  messagePayload: message.or(z.literal(false)).default(false),
});

const invalid = (details: string, status = 422): RequestError =>
  new RequestError('request.invalid_input', status, { details });

const unchangeable = (): RequestError => invalid('The status of the invitation cannot be changed anymore.');

/** A pending invitation expires without a change in the store. */
export function currentStatus({ clock }: Logto, invitation: Invitation): Invitation['status'] {
  const isExpired = invitation.status === 'Pending' && invitation.expiresAt < clock.now();
  return isExpired ? 'Expired' : invitation.status;
}

function showInvitation(logto: Logto, invitation: Invitation) {
  const { organizationRoleIds, ...shown } = invitation;
  const roles = pick(logto.directory.organizationRoles, organizationRoleIds)
    .toSorted(byName)
    .map(({ id, name }) => ({ id, name }));
  return { ...shown, status: currentStatus(logto, invitation), organizationRoles: roles };
}

const findInvitation = ({ logto, params }: Call): Invitation =>
  found(logto.directory.invitations.get(params['id'] ?? ''));

/** The email goes to the emulator's inbox, with the caller's link or else a link to a page of the emulator. */
function sendInvitation(logto: Logto, { id, invitee }: Invitation, { link }: z.output<typeof message>): void {
  if (logto.directory.connectors.size === 0)
    throw new RequestError('connector.not_found', 501, { type: 'Email' });
  const content = link ?? `${logto.endpoint}/invitations/${id}`;
  const sent = logto.messages.send({ recipient: invitee, kind: 'OrganizationInvitation', content });
  if (sent === undefined) throw new RequestError('request.message_rate_limited', 429);
}

function createInvitation({ logto, body }: Call): Answer {
  const { directory, clock } = logto;
  const { messagePayload, ...given } = input(creation, body);
  if (given.expiresAt <= clock.now()) throw invalid('The value of `expiresAt` must be in the future.', 400);
  const [invited] = directory.users.findBy('email', fold(given.invitee) ?? '');
  if (invited !== undefined && membershipIn(directory, given.organizationId, invited.id) !== undefined) {
    throw invalid('The invitee is already a member of the organization.');
  }
  refuseUnknownIds(directory.organizations, [given.organizationId]);
  if (given.inviterId !== null) refuseUnknownIds(directory.users, [given.inviterId]);
  refuseUnknownIds(directory.organizationRoles, given.organizationRoleIds);
  const open = directory.invitations
    .findBy('organization', given.organizationId)
    .filter(({ invitee }) => fold(invitee) === fold(given.invitee));
  if (open.some((invitation) => currentStatus(logto, invitation) === 'Pending')) {
    throw new RequestError('entity.unique_integrity_violation', 422);
  }
  const now = clock.now();
  const invitation: Invitation = {
    tenantId: 'default',
    id: standardId(),
    inviterId: given.inviterId,
    invitee: given.invitee,
    acceptedUserId: null,
    organizationId: given.organizationId,
    status: 'Pending',
    createdAt: now,
    updatedAt: now,
    expiresAt: given.expiresAt,
    organizationRoleIds: given.organizationRoleIds,
  };
  // Sent first: an invitation that cannot be sent is not created.
  if (messagePayload !== false) sendInvitation(logto, invitation, messagePayload);
  directory.invitations.put(invitation.id, invitation);
  return { status: 201, body: showInvitation(logto, invitation) };
}

/**
 * `added` is empty when the user was a member already.
 * @throws RequestError 422 when the invitation is answered or expired, or is for another user
 */
export function acceptInvitation(
  logto: Logto,
  invitation: Invitation,
  user: User,
): { accepted: Invitation; added: string[] } {
  const { directory, clock } = logto;
  if (currentStatus(logto, invitation) !== 'Pending') throw unchangeable();
  if (fold(user.primaryEmail) !== fold(invitation.invitee)) {
    throw invalid('The accepted user must have the same email as the invitee.');
  }
  const { organizationId, organizationRoleIds } = invitation;
  return directory.batch(() => {
    const added = addMembers(directory, [organizationId, 'user'], [user.id]);
    const membership = membershipIn(directory, organizationId, user.id);
    if (membership !== undefined) {
      const roleIds = [...new Set([...membership.roleIds, ...organizationRoleIds])];
      directory.memberships.put(membershipKey(membership), { ...membership, roleIds });
    }
    const accepted: Invitation = {
      ...invitation,
      status: 'Accepted',
      acceptedUserId: user.id,
      updatedAt: clock.now(),
    };
    directory.invitations.put(accepted.id, accepted);
    return { accepted, added };
  });
}

function answerInvitation(call: Call): Answer {
  const { logto } = call;
  const schema = z.object({
    acceptedUserId: z.string().max(128).nullable().optional(),
    status: z.enum(['Accepted', 'Revoked']),
  });
  const { status, acceptedUserId } = input(schema, call.body);
  if (status === 'Accepted' && !acceptedUserId)
    throw invalid('The `acceptedUserId` is required when accepting an invitation.');
  const invitation = findInvitation(call);
  if (currentStatus(logto, invitation) !== 'Pending') throw unchangeable();
  if (status === 'Revoked') {
    const revoked: Invitation = { ...invitation, status, updatedAt: logto.clock.now() };
    logto.directory.invitations.put(revoked.id, revoked);
    return { body: showInvitation(logto, revoked) };
  }
  const user = found(logto.directory.users.get(acceptedUserId ?? ''));
  const { accepted, added } = acceptInvitation(logto, invitation, user);
  return {
    body: showInvitation(logto, accepted),
    events: [membershipUpdated(accepted.organizationId, 'user', { added })],
  };
}

function listInvitations({ logto, query }: Call): Answer {
  const [organization, inviter, invitee] = ['organizationId', 'inviterId', 'invitee'].map((name) =>
    query.get(name),
  );
  const invitations = [...logto.directory.invitations.values()].filter(
    (invitation) =>
      (!organization || invitation.organizationId === organization) &&
      (!inviter || invitation.inviterId === inviter) &&
      (!invitee || fold(invitation.invitee) === fold(invitee)),
  );
  return { body: invitations.toReversed().map((invitation) => showInvitation(logto, invitation)) };
}

export const invitationRoutes: readonly Route[] = [
  route('GET /organization-invitations', listInvitations),
  route('POST /organization-invitations', createInvitation),
  route('GET /organization-invitations/:id', (call) => ({
    body: showInvitation(call.logto, findInvitation(call)),
  })),
  route('PUT /organization-invitations/:id/status', answerInvitation),
  route('POST /organization-invitations/:id/message', (call) => {
    const payload = input(message, call.body);
    sendInvitation(call.logto, findInvitation(call), payload);
    return {};
  }),
  route('DELETE /organization-invitations/:id', ({ logto, params }) => {
    remove(logto.directory.invitations, params['id']);
    return {};
  }),
];
