import { html, ui, type Html, type PageRequest } from '@latchkey/emulator-kit';
import { userPermissions } from '@latchkey/permit-engine';
import { assignmentsOf } from '../domain/assignments.ts';
import { filter, searching } from '../domain/paging.ts';
import { holdersOf } from '../domain/removal.ts';
import { TENANT_ASSOCIATION, type UserRecord } from '../model/records.ts';
import type { Show, View } from './view.ts';

const { chips, code, count, facts, list } = ui;

const nameOf = ({ first_name, last_name }: UserRecord): string =>
  [first_name, last_name].filter((part) => part !== null).join(' ');

const link = (request: PageRequest<View>, kind: 'tenants' | 'users', key: string): Html =>
  html`<a href="${request.href(`/console/${kind}/${encodeURIComponent(key)}`)}">${key}</a>`;

export const overviewPage: Show = ({ state: { env, account, addresses }, href }) => {
  const { environment_id } = env.scope;
  const key = [...account.keys.values()].find((other) => other.environment_id === environment_id);
  const resources = [...env.resources.values()].filter(({ built_in }) => !built_in);
  const { url, pdpUrl, opaUrl } = addresses;
  return {
    title: 'Overview',
    purpose: 'Permit.io’s API, PDP and OPA on this machine, with their current data.',
    body: html`${ui.figures([
      ['Users', env.users.size, href('/console/users')],
      ['Tenants', env.tenants.size, href('/console/tenants')],
      ['Role assignments', env.assignments.size, href('/console/users')],
      ['Resources', resources.length, href('/console/policy')],
      ['Roles', env.roles.size, href('/console/policy')],
      ['Relationships', env.tuples.size, href('/console/graph')],
    ])}
      ${facts([
        ['API', code(url)],
        ['PDP', code(pdpUrl)],
        ['OPA', opaUrl === undefined ? 'off' : code(opaUrl)],
        ['Key of this environment', code(key?.secret ?? 'none')],
        ['Environment', code(environment_id)],
      ])}
      <h2>Point the SDK at it</h2>
      ${ui.preformatted(
        `new Permit({\n  token: '<the key above>',\n  apiUrl: '${url}',\n  pdp: '${pdpUrl}',\n});`,
      )}`,
  };
};

export const usersPage: Show = (request) => {
  const { env } = request.state;
  const { search = '' } = request.query;
  const matches = searching(search);
  const items = [...filter(env.users.values(), (user) => matches(user.key, user.email, nameOf(user)))];
  return {
    title: 'Users',
    purpose: `${count(items.length, 'user')}${search === '' ? '' : ` matching “${search}”`}, with their roles.`,
    action: ui.search(request, 'search', 'Key, name or email'),
    body: list(
      {
        label: 'Users',
        columns: [
          ['Key', ({ key }) => link(request, 'users', key)],
          ['Name', (user) => nameOf(user) || '—'],
          ['Email', ({ email }) => email ?? '—'],
          [
            'Roles',
            ({ key }) =>
              chips(
                Array.from(
                  assignmentsOf(env, key),
                  ({ role, tenant, resource_instance }) => `${role} · ${resource_instance ?? tenant}`,
                ),
              ),
          ],
        ],
        items,
        none:
          search === '' ? 'No users yet. Create one through the API, or start with a seed.' : 'No matches.',
      },
      request,
    ),
  };
};

export const userPage: Show = ({ state: { env }, params, href }) => {
  const user = env.users.find(params['key'] ?? '');
  if (user === undefined) return undefined;
  return {
    title: user.key,
    purpose: [nameOf(user), user.email].filter(Boolean).join(' · ') || 'A user without a name or an email.',
    above: ['Users', href('/console/users')],
    body: html`${facts([
      ['Id', code(user.id)],
      ['Attributes', code(JSON.stringify(user.attributes))],
    ])}
      <h2>Role assignments</h2>
      ${list({
        label: 'Role assignments',
        columns: [
          ['Role', ({ role }) => chips([role])],
          ['Tenant', ({ tenant }) => tenant],
          ['On', ({ resource_instance: on }) => (on === null ? 'everything in the tenant' : code(on))],
        ],
        items: assignmentsOf(env, user.key),
        none: 'No roles.',
      })}
      <h2>Permissions <span class="muted">with inherited and derived roles</span></h2>
      ${list({
        label: 'Permissions',
        columns: [
          ['On', ([object]) => code(object.replace('__tenant:', 'tenant '))],
          ['Roles', ([, { roles }]) => chips(roles)],
          ['Permissions', ([, { permissions }]) => chips(permissions)],
        ],
        items: Object.entries(userPermissions(env.pdp, { user: { key: user.key } })),
        none: 'No permissions.',
      })}`,
  };
};

export const tenantsPage: Show = (request) => {
  const { env } = request.state;
  const matches = searching(request.query['search']);
  const items = [...filter(env.tenants.values(), ({ key, name }) => matches(key, name))];
  return {
    title: 'Tenants',
    purpose: `${count(items.length, 'tenant')}, and how many people have a role in each.`,
    action: ui.search(request, 'search', 'Key or name'),
    body: list(
      {
        label: 'Tenants',
        columns: [
          ['Key', ({ key }) => link(request, 'tenants', key)],
          ['Name', ({ name }) => name],
          [
            'Members',
            ({ key }) =>
              count(new Set(holdersOf(env, `__tenant:${key}`).map(({ user }) => user)).size, 'member'),
          ],
          ['Attributes', ({ attributes }) => (attributes === null ? '—' : code(JSON.stringify(attributes)))],
        ],
        items,
        none: 'No matches.',
      },
      request,
    ),
  };
};

export const tenantPage: Show = (request) => {
  const { env } = request.state;
  const tenant = env.tenants.find(request.params['key'] ?? '');
  if (tenant === undefined) return undefined;
  const byUser = Map.groupBy(holdersOf(env, `__tenant:${tenant.key}`), ({ user }) => user);
  return {
    title: tenant.name,
    purpose:
      tenant.description ?? `${count(byUser.size, 'person has', 'people have')} a role in this tenant.`,
    above: ['Tenants', request.href('/console/tenants')],
    body: html`${facts([
      ['Key', code(tenant.key)],
      ['Id', code(tenant.id)],
    ])}
      <h2>Members</h2>
      ${list(
        {
          label: 'Members',
          columns: [
            ['User', ([user]) => link(request, 'users', user)],
            [
              'Roles',
              ([, held]) => chips(held.map(({ role }) => role).filter((role) => role !== TENANT_ASSOCIATION)),
            ],
          ],
          items: byUser,
          none: 'No user has a role here yet.',
        },
        request,
      )}`,
  };
};
