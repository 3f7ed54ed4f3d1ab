import { z } from 'zod';
import type { OrganizationRole } from '../directory/records.ts';
import { pick } from '../directory/granted-scopes.ts';
import { ids, input, someIds } from './input.ts';
import { findOrganizationRole } from './organization-roles.ts';
import { pagedIfRequested } from './paging.ts';
import { refuseUnknownIds } from './integrity.ts';
import { found, RequestError, without } from './request-error.ts';
import { route, type Call, type Route } from './route.ts';

type Relation = 'scopeIds' | 'resourceScopeIds';

/** Returns the role. For a missing role, Logto fails at a foreign key. */
const findReferencedRole = (call: Call): OrganizationRole => {
  const role = call.logto.directory.organizationRoles.get(call.params['id'] ?? '');
  if (role === undefined) throw new RequestError('entity.relation_foreign_key_not_found', 422);
  return role;
};

/** The scopes of a role: organization scopes of the template, or scopes of API resources. */
function relationRoutes(relation: Relation): Route[] {
  const [path, name, parameter] =
    relation === 'scopeIds'
      ? (['scopes', 'organizationScopeIds', 'organizationScopeId'] as const)
      : (['resource-scopes', 'scopeIds', 'scopeId'] as const);
  const collection = ({ logto: { directory } }: Call) =>
    relation === 'scopeIds' ? directory.organizationScopes : directory.scopes;
  const set = (call: Call, role: OrganizationRole, scopeIds: readonly string[]): void => {
    refuseUnknownIds(collection(call), scopeIds);
    call.logto.directory.organizationRoles.put(role.id, { ...role, [relation]: [...new Set(scopeIds)] });
  };
  // Changes of the scopes of API resources raise no event.
  const raises = relation === 'scopeIds' ? ({ raises: 'OrganizationRole.Scopes.Updated' } as const) : {};
  const url = `/organization-roles/:id/${path}`;
  return [
    route(`GET ${url}`, { pages: true }, (call) =>
      pagedIfRequested(call, pick<object>(collection(call), findOrganizationRole(call)[relation])),
    ),
    route(`POST ${url}`, raises, (call) => {
      const { [name]: given } = input(z.object({ [name]: someIds }), call.body);
      const role = findReferencedRole(call);
      set(call, role, [...role[relation], ...(given ?? [])]);
      return { status: 201 };
    }),
    route(`PUT ${url}`, raises, (call) => {
      const { [name]: given } = input(z.object({ [name]: ids }), call.body);
      set(call, findReferencedRole(call), given ?? []);
      return {};
    }),
    route(`DELETE ${url}/:${parameter}`, raises, (call) => {
      const role = found(call.logto.directory.organizationRoles.get(call.params['id'] ?? ''));
      set(call, role, without(role[relation], call.params[parameter]));
      return {};
    }),
  ];
}

export const organizationRoleScopeRoutes: readonly Route[] = [
  ...relationRoutes('scopeIds'),
  ...relationRoutes('resourceScopeIds'),
];
