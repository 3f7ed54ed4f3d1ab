import { z } from 'zod';
import { membershipKey } from '../directory/directory.ts';
import { pick } from '../directory/granted-scopes.ts';
import { shortId } from '../directory/identifiers.ts';
import type { JustInTime, Organization } from '../directory/records.ts';
import { defined, ids, input, isYes, jsonObject, someChanges } from './input.ts';
import { showOrganizationRole } from './organization-template.ts';
import { paged, pagedIfRequested } from './paging.ts';
import { found, foundForUpdate, refuseUnknownIds, RequestError } from './request-error.ts';
import { type Answer, type Call, route, type Route } from './route.ts';
import { keyword } from './search.ts';

const hexColor = z.string().regex(/^#[\da-f]{3}([\da-f]{3})?$/i);
const color = z
  .object({ primaryColor: hexColor, isDarkModeEnabled: z.boolean(), darkPrimaryColor: hexColor })
  .partial();
const branding = z
  .object({ logoUrl: z.url(), darkLogoUrl: z.url(), favicon: z.url(), darkFavicon: z.url() })
  .partial();
const fields = z.object({
  name: z.string().min(1).max(128),
  description: z.string().max(256).nullable().optional(),
  customData: jsonObject.optional(),
  isMfaRequired: z.boolean().optional(),
  color: color.optional(),
  branding: branding.optional(),
  customCss: z.string().nullable().optional(),
});

const findById = ({ logto, params }: Pick<Call, 'logto' | 'params'>): Organization | undefined =>
  logto.directory.organizations.get(params['id'] ?? '');

const findOrganization = ({ logto, params }: Call): Organization =>
  found(findById({ logto, params }), params['id'], 'organizations');

function listOrganizations(call: Call): Answer {
  const { directory } = call.logto;
  const matches = keyword<Organization>(call.query, ['id', 'name']);
  const featured = isYes(call.query.get('showFeatured'));
  const show = (organization: Organization): unknown => {
    if (!featured) return organization;
    const members = directory.memberships
      .findBy('organization', organization.id)
      .filter(({ kind }) => kind === 'user');
    const featuredUsers = members.slice(0, 3).flatMap(({ memberId }) => {
      const user = directory.users.get(memberId);
      return user === undefined ? [] : [{ id: user.id, avatar: user.avatar, name: user.name }];
    });
    return { ...organization, usersCount: members.length, featuredUsers };
  };
  return paged(call, call.logto.unordered([...directory.organizations.values()].filter(matches)), show);
}

function createOrganization({ logto, body }: Call): Answer {
  const given = input(fields, body);
  const organization: Organization = {
    tenantId: 'default',
    id: shortId(),
    name: given.name,
    description: given.description ?? null,
    customData: given.customData ?? {},
    isMfaRequired: given.isMfaRequired ?? false,
    color: given.color ?? {},
    branding: given.branding ?? {},
    customCss: given.customCss ?? null,
    createdAt: logto.clock.now(),
  };
  logto.directory.organizations.put(organization.id, organization);
  return { status: 201, body: organization };
}

function changeOrganization(call: Call): Answer {
  const changes = someChanges(defined(input(fields.partial(), call.body)));
  const organization = foundForUpdate(findById(call), 'organization');
  const changed = { ...organization, ...changes };
  call.logto.directory.organizations.put(changed.id, changed);
  return { body: changed };
}

/** Raises no events for the memberships and invitations. */
function deleteOrganization(call: Call): Answer {
  const { directory } = call.logto;
  const { id } = call.params;
  const organization = found(directory.organizations.get(id ?? ''));
  for (const membership of directory.memberships.findBy('organization', organization.id)) {
    directory.memberships.delete(membershipKey(membership));
  }
  for (const invitation of directory.invitations.findBy('organization', organization.id)) {
    directory.invitations.delete(invitation.id);
  }
  directory.justInTime.delete(organization.id);
  directory.organizations.delete(organization.id);
  return {};
}

export const organizationRoutes: readonly Route[] = [
  route('GET /organizations', { pages: true }, listOrganizations),
  route('POST /organizations', { raises: 'Organization.Created' }, createOrganization),
  route('GET /organizations/:id', (call) => ({ body: findOrganization(call) })),
  route('PATCH /organizations/:id', { raises: 'Organization.Data.Updated' }, changeOrganization),
  route('DELETE /organizations/:id', { raises: 'Organization.Deleted' }, deleteOrganization),
];

const domains = '/organizations/:id/jit/email-domains';
const roles = '/organizations/:id/jit/roles';

/** An unknown organization has an empty rule. */
function ruleOf({ logto, params }: Call): JustInTime {
  const { id = '' } = params;
  return logto.directory.justInTime.get(id) ?? { organizationId: id, emailDomains: [], roleIds: [] };
}

/** @throws RequestError 422 when the organization does not exist */
function changeableRuleOf(call: Call): JustInTime {
  const rule = ruleOf(call);
  refuseUnknownIds(call.logto.directory.organizations, [rule.organizationId]);
  return rule;
}

function change({ logto }: Call, rule: JustInTime, changes: Partial<JustInTime>): void {
  logto.directory.justInTime.put(rule.organizationId, { ...rule, ...changes });
}

const show = ({ organizationId }: JustInTime, emailDomain: string) => ({
  tenantId: 'default',
  organizationId,
  emailDomain,
});

function addDomain(call: Call): Answer {
  const { emailDomain } = input(z.object({ emailDomain: z.string().min(1) }), call.body);
  const rule = changeableRuleOf(call);
  if (rule.emailDomains.includes(emailDomain))
    throw new RequestError('entity.unique_integrity_violation', 422);
  change(call, rule, { emailDomains: [...rule.emailDomains, emailDomain] });
  return { status: 201, body: show(rule, emailDomain) };
}

/** A user who signs up with an email of one of these domains becomes a member, with these roles. */
export const organizationJitRoutes: readonly Route[] = [
  route(`GET ${domains}`, { pages: true }, (call) => {
    const rule = ruleOf(call);
    return pagedIfRequested(call, rule.emailDomains, (domain) => show(rule, domain));
  }),
  route(`POST ${domains}`, addDomain),
  route(`PUT ${domains}`, (call) => {
    const { emailDomains } = input(z.object({ emailDomains: z.array(z.string()) }), call.body);
    change(call, changeableRuleOf(call), { emailDomains: [...new Set(emailDomains)] });
    return {};
  }),
  route(`GET ${roles}`, { pages: true }, (call) => {
    findOrganization(call);
    const held = pick(call.logto.directory.organizationRoles, ruleOf(call).roleIds);
    return pagedIfRequested(call, held, showOrganizationRole);
  }),
  route(`PUT ${roles}`, (call) => {
    const { organizationRoleIds } = input(z.object({ organizationRoleIds: ids }), call.body);
    refuseUnknownIds(call.logto.directory.organizationRoles, organizationRoleIds);
    change(call, changeableRuleOf(call), { roleIds: [...new Set(organizationRoleIds)] });
    return {};
  }),
];
