import { duplicate, missingField, notFound } from '../errors.ts';
import { compactId, newId } from '../ids.ts';
import type { Account, MemberRecord } from '../model/account.ts';
import type { MemberCreate } from '../schemas/account.ts';

export function readOrganization({ organizationId }: Account) {
  return {
    key: 'development',
    id: organizationId,
    is_enterprise: false,
    usage_limits: { mau: 1000, tenants: 20, billing_tier: 'free' },
    created_at: FOUNDED,
    updated_at: FOUNDED,
    name: 'Development',
    settings: {},
  };
}

/** The organization is no record: it exists before anything is created. */
const FOUNDED = '2020-01-01T00:00:00.000Z';

export function readMember({ id, email, created_at, permissions }: MemberRecord): Record<string, unknown> {
  return {
    id,
    email,
    email_verified: false,
    name: null,
    given_name: null,
    family_name: null,
    picture: null,
    is_superuser: false,
    is_onboarding: false,
    created_at,
    last_login: null,
    last_ip: null,
    logins_count: 0,
    permissions,
  };
}

export function findMember({ members }: Account, id: string): MemberRecord {
  const member = members.get(compactId(id));
  if (member === undefined) throw notFound('Member', id);
  return member;
}

/** A member is invited by e-mail. Nothing is sent. */
export function addMember({ members, now }: Account, { email, permissions }: MemberCreate): MemberRecord {
  if (email == null) throw missingField('email');
  for (const known of members.values()) if (known.email === email) throw duplicate('member', email);
  const member = { id: newId(), email, permissions, created_at: now().toISOString() };
  members.put(member.id, member);
  return member;
}
