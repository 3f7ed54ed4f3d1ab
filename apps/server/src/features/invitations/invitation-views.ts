import { userKey, type LogtoInvitation } from '@latchkey/directory-sync';
import type { AppRole } from '@latchkey/policy';
import { directoryMapping } from '@latchkey/policy/directory';
import { z } from 'zod';
import type { NamedPerson } from '../../directory/people.ts';

const InvitationChange = z.object({ tenant: z.string() });
export type InvitationChange = z.output<typeof InvitationChange>;

/** After a gap in the messages, invitations of any tenant may have changed. */
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

/** The tenant role that every member of an organization has; `null` if the mapping names none. */
export const memberRole = directoryMapping.memberRole ?? null;

export interface RoleView {
  readonly id: string;
  /** The name in Logto. */
  readonly name: string;
  /** `null` if the organization role is not mapped to a tenant role, and so grants nothing here. */
  readonly role: AppRole | null;
}

export function roleView({ id, name }: { readonly id: string; readonly name: string }): RoleView {
  return { id, name, role: directoryMapping.organizationRoles.get(name) ?? null };
}

/** Times are ISO 8601. */
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
    /** When the invitation was accepted, revoked or expired; `null` while it is pending. */
    closedAt:
      status === 'pending' ? null : iso(status === 'expired' ? invitation.expiresAt : invitation.updatedAt),
    /** `null` for an application or a deleted user. */
    invitedBy: nameOf(invitation.inviterId),
    acceptedBy: nameOf(invitation.acceptedUserId),
    /** The acceptance link; `null` unless the invitation is pending and the server knows the console's URL. */
    link: status === 'pending' ? linkOf(invitation.id) : null,
  };
}

export function peopleIn({ inviterId, acceptedUserId }: LogtoInvitation): string[] {
  return [inviterId, acceptedUserId].filter((id) => id != null).map(userKey);
}

export function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** Masks an address, so that only its owner can recognize it: `ann@example.com` becomes `a•••@e•••.com`. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@');
  const host = email.slice(at + 1);
  const dot = host.lastIndexOf('.');
  const [name, end] = dot > 0 ? [host.slice(0, dot), host.slice(dot)] : [host, ''];
  return `${first(email.slice(0, Math.max(0, at)))}•••@${first(name)}•••${end}`;
}

/** Returns the first character, even if it takes two code units. */
function first(text: string): string {
  const point = text.codePointAt(0);
  return point === undefined ? '' : String.fromCodePoint(point);
}

/** Lowercases only ASCII letters: `toLowerCase` would also turn \u{212A}, the Kelvin sign, into `k`. */
export function foldEmail(email: string): string {
  return email.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
