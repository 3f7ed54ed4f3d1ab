import { userKey, type LogtoInvitation } from '@latchkey/directory-sync';
import type { AppRole } from '@latchkey/policy';
import { directoryMapping } from '@latchkey/policy/directory';
import { z } from 'zod';
import type { NamedPerson } from '../../directory/people.ts';

const InvitationChange = z.object({ tenant: z.string() });
/** The tenant in which an invitation was created, sent, accepted or revoked. */
export type InvitationChange = z.output<typeof InvitationChange>;

/** After a gap, an invitation of any tenant may have changed. */
export const invitationsTopic = { name: 'invitations', schema: InvitationChange };

export type InvitationStatus = 'pending' | 'accepted' | 'expired' | 'revoked';

const statuses: Readonly<Record<LogtoInvitation['status'], InvitationStatus>> = {
  Pending: 'pending',
  Accepted: 'accepted',
  Expired: 'expired',
  Revoked: 'revoked',
};

export function statusOf({ status }: Pick<LogtoInvitation, 'status'>): InvitationStatus {
  return statuses[status];
}

/** The role of every member here; `null` when the mapping names none. */
export const memberRole = directoryMapping.memberRole ?? null;

export interface RoleView {
  /** The Logto id of the organization role. */
  readonly id: string;
  /** Its name in Logto. */
  readonly name: string;
  /** The tenant role that it maps to; `null` when it is not mapped and thus has no effect here. */
  readonly role: AppRole | null;
}

export function roleView({ id, name }: { readonly id: string; readonly name: string }): RoleView {
  return { id, name, role: directoryMapping.organizationRoles.get(name) ?? null };
}

/** An invitation as shown to administrators of the organization. Times are ISO 8601. */
export function invitationView(
  invitation: LogtoInvitation,
  {
    names,
    linkOf,
  }: {
    readonly names: ReadonlyMap<string, NamedPerson>;
    readonly linkOf: (id: string) => string | null;
  },
) {
  const status = statusOf(invitation);
  const nameOf = (id: string | null | undefined): NamedPerson | null => {
    if (id == null) return null;
    const key = userKey(id);
    return names.get(key) ?? { key, name: null };
  };
  return {
    id: invitation.id,
    invitee: invitation.invitee,
    status,
    roles: (invitation.organizationRoles ?? []).map(roleView),
    createdAt: iso(invitation.createdAt),
    expiresAt: iso(invitation.expiresAt),
    /** When it was accepted, revoked or expired; `null` while it is pending. */
    closedAt:
      status === 'pending' ? null : iso(status === 'expired' ? invitation.expiresAt : invitation.updatedAt),
    /** `null`: an application or a deleted user. */
    invitedBy: nameOf(invitation.inviterId),
    acceptedBy: nameOf(invitation.acceptedUserId),
    /** The acceptance link while pending; `null` when the server does not know the console's URL. */
    link: status === 'pending' ? linkOf(invitation.id) : null,
  };
}

/** The Permit keys of the users in an invitation. */
export function peopleIn({ inviterId, acceptedUserId }: LogtoInvitation): string[] {
  return [inviterId, acceptedUserId].filter((id) => id != null).map(userKey);
}

export function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/**
 * Masks an address so that its owner recognizes it but others cannot learn it: `a•••@e•••.com` for `ann@example.com`.
 */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@');
  const host = email.slice(at + 1);
  const dot = host.lastIndexOf('.');
  const [name, end] = dot > 0 ? [host.slice(0, dot), host.slice(dot)] : [host, ''];
  return `${first(email.slice(0, Math.max(0, at)))}•••@${first(name)}•••${end}`;
}

/** The first character, even if it takes two code units. */
function first(text: string): string {
  const point = text.codePointAt(0);
  return point === undefined ? '' : String.fromCodePoint(point);
}

/**
 * Normalizes the case of Latin letters, in which equal addresses may differ; \u{212A}, the Kelvin sign, is not a Latin
 * letter.
 */
export function foldEmail(email: string): string {
  return email.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
