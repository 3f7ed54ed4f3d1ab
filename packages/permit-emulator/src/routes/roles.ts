import { emptyDerivation, readRule, resolveRule } from '../domain/derivations.ts';
import { findRole, findPart, findResource } from '../domain/find.ts';
import { searchByName } from '../domain/paging.ts';
import {
  createRole,
  deleteRole,
  permissionChanges,
  readRole,
  updateRole,
  buildRole,
  checkExtends,
  updatedRole,
} from '../domain/roles.ts';
import { duplicate, notFound, PermitError } from '../errors.ts';
import { crud, partRoutes, putPart } from '../http/crud.ts';
import { inEnvironment, noContent } from '../http/route.ts';
import type { Environment } from '../model/environment.ts';
import type { DerivationRule, ResourceRecord, RoleRecord } from '../model/records.ts';
import { searchQuery } from '../schemas/facts.ts';
import {
  permissions,
  roleCreate,
  roleUpdate,
  derivationConditions,
  derivationRule,
  derivationRuleDelete,
  resourceRoleCreate,
} from '../schemas/schema.ts';

interface Found {
  readonly resource: ResourceRecord;
  readonly role: RoleRecord;
}

function find(env: Environment, params: { readonly resource_id: string; readonly role_id: string }): Found {
  const resource = findResource(env, params.resource_id);
  return { resource, role: findPart(resource.roles, 'Role', params.role_id) };
}

function extending({ roles }: ResourceRecord, role: RoleRecord): RoleRecord {
  checkExtends(role, (key) => (key === role.key ? role : roles[key]));
  return role;
}

/** Permit's cloud fails on 40 changes or more: permitio/terraform-provider-permit-io#60 */
function failOnManyChanges({ permissions: before }: RoleRecord, { permissions: after }: RoleRecord): void {
  const changed = [...before, ...after].filter((one) => !before.includes(one) || !after.includes(one));
  if (changed.length >= 40) throw new PermitError('UNEXPECTED_ERROR', 'Unexpected error');
}

function put(env: Environment, resource: ResourceRecord, role: RoleRecord): Record<string, unknown> {
  putPart(env, resource, ['roles', { ...resource.roles, [role.key]: extending(resource, role) }]);
  return readRole(env, role, resource);
}

function sameRule(a: DerivationRule, b: Omit<DerivationRule, 'when'>): boolean {
  return (
    a.role === b.role && a.on_resource === b.on_resource && a.linked_by_relation === b.linked_by_relation
  );
}

export const roleRoutes = [
  ...crud('/v2/schema/{p}/{e}/roles', {
    id: 'role_id',
    read: (env, role) => readRole(env, role),
    list: [searchQuery, ({ roles }, query) => searchByName(roles.values(), query)],
    create: [roleCreate, createRole],
    find: findRole,
    update: [roleUpdate, updateRole],
    remove: deleteRole,
  }),
  ...permissionChanges.map(([method, change]) =>
    inEnvironment(`${method} /v2/schema/{p}/{e}/roles/{role_id}/permissions`, {
      body: permissions,
      run(env, { params, body }) {
        const role = change(env, { role: findRole(env, params.role_id) }, body.permissions);
        env.roles.put(role);
        return readRole(env, role);
      },
    }),
  ),
  ...partRoutes({
    kind: 'roles',
    of: ({ roles }) => roles,
    names: ['Role', 'role'],
    id: 'role_id',
    read: (env, resource, role) => readRole(env, role, resource),
    create: [
      resourceRoleCreate,
      (env, resource, body) => extending(resource, buildRole(env, body, resource)),
    ],
    update: [
      roleUpdate,
      (env, { resource, part }, body) => {
        const role = updatedRole(env, { role: part, own: resource }, body);
        if (env.vendorQuirks) failOnManyChanges(part, role);
        return extending(resource, role);
      },
    ],
  }),
  ...permissionChanges.map(([method, change]) =>
    inEnvironment(`${method} /v2/schema/{p}/{e}/resources/{resource_id}/roles/{role_id}/permissions`, {
      body: permissions,
      run(env, { params, body }) {
        const { resource, role } = find(env, params);
        return put(env, resource, change(env, { role, own: resource }, body.permissions));
      },
    }),
  ),
  inEnvironment('POST /v2/schema/{p}/{e}/resources/{resource_id}/roles/{role_id}/implicit_grants', {
    body: derivationRule,
    run(env, { params, body }) {
      const { resource, role } = find(env, params);
      const rule = resolveRule(env, body, resource);
      const before = role.granted_to ?? emptyDerivation();
      if (before.users_with_role.some((other) => sameRule(other, rule))) {
        throw duplicate('role derivation', `${rule.on_resource}#${rule.role}`);
      }
      const granted_to = { ...before, users_with_role: [...before.users_with_role, rule] };
      put(env, resource, { ...role, granted_to, updated_at: env.now() });
      return readRule(env, rule, resource);
    },
  }),
  inEnvironment('DELETE /v2/schema/{p}/{e}/resources/{resource_id}/roles/{role_id}/implicit_grants', {
    body: derivationRuleDelete,
    run(env, { params, body }) {
      const { resource, role } = find(env, params);
      const rule = resolveRule(env, body, resource);
      const before = role.granted_to ?? emptyDerivation();
      const users_with_role = before.users_with_role.filter((other) => !sameRule(other, rule));
      if (users_with_role.length === before.users_with_role.length) {
        throw notFound('RoleDerivation', `${rule.on_resource}#${rule.role}`);
      }
      put(env, resource, { ...role, granted_to: { ...before, users_with_role }, updated_at: env.now() });
      return noContent;
    },
  }),
  inEnvironment('PUT /v2/schema/{p}/{e}/resources/{resource_id}/roles/{role_id}/implicit_grants/conditions', {
    body: derivationConditions,
    run(env, { params, body }) {
      const { resource, role } = find(env, params);
      const when = { no_direct_roles_on_object: body.no_direct_roles_on_object ?? false };
      const granted_to = { ...(role.granted_to ?? emptyDerivation()), when };
      put(env, resource, { ...role, granted_to, updated_at: env.now() });
      return when;
    },
  }),
];
