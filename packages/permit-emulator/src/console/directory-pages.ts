import { html, type Html } from '@latchkey/emulator-kit';
import { userPermissions } from '@latchkey/permit-engine';
import { assignmentsOf } from '../domain/assignments.ts';
import { findTenant, findUser } from '../domain/find.ts';
import { filter, paginate, searching } from '../domain/paging.ts';
import { holdersOf } from '../domain/removal.ts';
import { TENANT_ASSOCIATION, type UserRecord } from '../model/records.ts';
import { chips, code, count, empty, pager, table } from './components.ts';
import type { Page, PageRequest } from './layout.ts';

const PER_PAGE = 50;

function nameOf({ first_name, last_name }: UserRecord): string {
  return [first_name, last_name].filter((part) => part !== null).join(' ');
}

function pageNumber({ query }: PageRequest): number {
  return Math.max(1, Math.floor(Number(query['page'] ?? 1)) || 1);
}

function searchForm(request: PageRequest, path: string, label: string): Html {
  return html`<form class="search" method="get" action="${path}" role="search">
    <input type="hidden" name="env" value="${request.env.scope.environment_id}" />
    <input
      type="search"
      name="search"
      value="${request.query['search'] ?? ''}"
      aria-label="${label}"
      placeholder="${label}"
    />
    <button>Search</button>
  </form>`;
}

function userLink(request: PageRequest, key: string): Html {
  return html`<a href="${request.href(`/console/users/${encodeURIComponent(key)}`)}">${key}</a>`;
}

export function usersPage(request: PageRequest): Page {
  const { env, query } = request;
  const matches = searching(query['search']);
  const found = filter(env.users.values(), (user) => matches(user.key, user.email, nameOf(user)));
  const page = pageNumber(request);
  const { data, total_count, page_count } = paginate(found, { page, per_page: PER_PAGE }, (user) => user);
  const rows = data.map((user) => [
    userLink(request, user.key),
    nameOf(user) || '–',
    user.email ?? '–',
    chips(
      [...assignmentsOf(env, user.key)].map(
        ({ role, tenant, resource_instance }) => `${role} · ${resource_instance ?? tenant}`,
      ),
    ),
  ]);
  const search = query['search'] ?? '';
  return {
    title: 'Users',
    purpose: `${count(total_count, 'user')}${search === '' ? '' : ` matching “${search}”`}, with the roles they hold.`,
    body: html`${searchForm(request, '/console/users', 'Key, name or email')}
    ${rows.length === 0 ? empty(search === '' ? 'No users yet. Create one through the API, or start with a seed.' : 'Nobody matches.') : table({ label: 'Users', heads: ['Key', 'Name', 'Email', 'Roles'], rows })}
    ${pager({ page, pageCount: page_count }, (to) => request.href('/console/users', { ...(search !== '' && { search }), page: String(to) }))}`,
  };
}

export function userPage(request: PageRequest, key: string): Page {
  const { env } = request;
  const user = findUser(env, key);
  const assignments = [...assignmentsOf(env, user.key)].map(({ role, tenant, resource_instance }) => [
    html`<span class="chip own">${role}</span>`,
    tenant,
    resource_instance === null ? 'everything in the tenant' : code(resource_instance),
  ]);
  const permissions = Object.entries(userPermissions(env.pdp, { user: { key: user.key } })).map(
    ([object, { permissions: of, roles }]) => [
      code(object.replace('__tenant:', 'tenant ')),
      chips(roles),
      chips(of),
    ],
  );
  return {
    title: user.key,
    purpose: [nameOf(user), user.email].filter(Boolean).join(' · ') || 'A user without a name or an email.',
    above: ['Users', request.href('/console/users')],
    body: html`<dl>
        <dt>Id</dt>
        <dd>${code(user.id)}</dd>
        <dt>Attributes</dt>
        <dd>${code(JSON.stringify(user.attributes))}</dd>
      </dl>
      <h2>Role assignments</h2>
      ${assignments.length === 0 ? empty('No roles.') : table({ label: 'Role assignments', heads: ['Role', 'Tenant', 'On'], rows: assignments })}
      <h2>What this comes to <span class="muted">with inherited and derived roles</span></h2>
      ${permissions.length === 0 ? empty('No permissions.') : table({ label: 'Permissions', heads: ['On', 'Roles', 'Permissions'], rows: permissions })}`,
  };
}

export function tenantsPage(request: PageRequest): Page {
  const { env, query } = request;
  const matches = searching(query['search']);
  const page = pageNumber(request);
  const { data, total_count, page_count } = paginate(
    filter(env.tenants.values(), ({ key, name }) => matches(key, name)),
    { page, per_page: PER_PAGE },
    (tenant) => tenant,
  );
  const rows = data.map(({ key, name, attributes }) => [
    html`<a href="${request.href(`/console/tenants/${encodeURIComponent(key)}`)}">${key}</a>`,
    name,
    count(new Set(holdersOf(env, `__tenant:${key}`).map(({ user }) => user)).size, 'member'),
    attributes === null ? '–' : code(JSON.stringify(attributes)),
  ]);
  return {
    title: 'Tenants',
    purpose: `${count(total_count, 'tenant')}, and how many people have a role in each.`,
    body: html`${searchForm(request, '/console/tenants', 'Key or name')}
    ${rows.length === 0 ? empty('Nothing matches.') : table({ label: 'Tenants', heads: ['Key', 'Name', 'Members', 'Attributes'], rows })}
    ${pager({ page, pageCount: page_count }, (to) => request.href('/console/tenants', { page: String(to) }))}`,
  };
}

export function tenantPage(request: PageRequest, key: string): Page {
  const tenant = findTenant(request.env, key);
  const byUser = Map.groupBy(holdersOf(request.env, `__tenant:${tenant.key}`), ({ user }) => user);
  const page = pageNumber(request);
  const { data, page_count } = paginate(byUser, { page, per_page: PER_PAGE }, ([user, assignments]) => [
    userLink(request, user),
    chips(assignments.map(({ role }) => role).filter((role) => role !== TENANT_ASSOCIATION)),
  ]);
  return {
    title: tenant.name,
    purpose:
      tenant.description ?? `${count(byUser.size, 'person has', 'people have')} a role in this tenant.`,
    above: ['Tenants', request.href('/console/tenants')],
    body: html`<dl>
        <dt>Key</dt>
        <dd>${code(tenant.key)}</dd>
        <dt>Id</dt>
        <dd>${code(tenant.id)}</dd>
      </dl>
      <h2>Members</h2>
      ${data.length === 0 ? empty('Nobody has a role here yet.') : table({ label: 'Members', heads: ['User', 'Roles'], rows: data })}
      ${pager({ page, pageCount: page_count }, (to) => request.href(request.path, { page: String(to) }))}`,
  };
}
