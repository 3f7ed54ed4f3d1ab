import { z } from 'zod';
import { addMember, readMember, readOrganization } from '../domain/account.ts';
import { paginate, searching } from '../domain/paging.ts';
import { compactId } from '../ids.ts';
import { notFound } from '../errors.ts';
import { route } from '../http/route.ts';
import { memberCreate } from '../schemas/account.ts';
import { paging, pagingQuery, textParameter } from '../schemas/common.ts';

/* The one organization and its members, as the vendor's command line tool reads and invites them. */

export const organizationRoutes = [
  route('GET /v2/orgs', {
    query: z.object({ ...paging, search: textParameter }),
    run({ account, query }) {
      const organization = readOrganization(account);
      const matches = searching(query.search);
      return matches(organization.key, organization.name, organization.id) ? [organization] : [];
    },
  }),
  route('GET /v2/orgs/{org_id}', {
    run({ account, params: { org_id } }) {
      const organization = readOrganization(account);
      if (org_id !== organization.key && compactId(org_id) !== organization.id) {
        throw notFound('Organization', org_id);
      }
      return organization;
    },
  }),
  route('GET /v2/members', {
    query: pagingQuery,
    run: ({ account, query }) => paginate(account.members.values(), query, readMember).data,
  }),
  route('POST /v2/members', {
    body: memberCreate,
    run: ({ account, body }) => readMember(addMember(account, body)),
  }),
];
