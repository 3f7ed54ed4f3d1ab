import { z } from 'zod';
import type { JustInTime } from '../directory/records.ts';
import { pick } from '../directory/granted-scopes.ts';
import { ids, input } from './input.ts';
import { showOrganizationRole } from './organization-template.ts';
import { findOrganization } from './organizations.ts';
import { pagedIfRequested } from './paging.ts';
import { refuseUnknownIds, RequestError } from './request-error.ts';
import { route, type Answer, type Call, type Route } from './route.ts';

const domains = '/organizations/:id/jit/email-domains';
const roles = '/organizations/:id/jit/roles';

/** The rules of an organization; of an unknown one, empty ones. */
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

/**
 * Just-in-time provisioning: a user who signs up with an email of one of these domains becomes a member, with
 * these roles.
 */
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
