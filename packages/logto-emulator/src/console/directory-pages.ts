import { html, ui, type Html, type Page } from '@latchkey/emulator-kit';
import { initialOf, nameOf } from '../directory/users.ts';
import { membershipsOf, organizationRolesOf, pick, rolesOf } from '../directory/granted-scopes.ts';
import type { User } from '../directory/records.ts';
import type { Logto } from '../logto.ts';
import { membersOf } from '../management/membership.ts';
import { keyword } from '../management/search.ts';
import { userProfile, userSearchFields } from '../management/users.ts';

export type Show = Page<Logto>['show'];

const { button, chips, code, facts, list, state, when } = ui;

const names = (records: readonly { readonly name: string }[]): string[] => records.map(({ name }) => name);

const status = (user: User): Html => (user.isSuspended ? state('bad', 'Suspended') : state('good', 'Active'));

export function person(user: User): Html {
  const name = nameOf(user);
  return html`<span class="person">
    <span class="avatar" aria-hidden="true">${initialOf(name)}</span
    ><a href="/console/users/${user.id}">${name}</a>
  </span>`;
}

export const users: Show = (request) => {
  const { directory, clock } = request.state;
  const matches = keyword<User>(new URLSearchParams(request.query), userSearchFields);
  return {
    title: 'Users',
    purpose:
      'All users, newest first. “Sign in” signs this browser in, so that applications do not ask for a password.',
    action: ui.search(request, 'q', 'Name, email, ID'),
    body: list(
      {
        label: 'Users',
        columns: [
          ['Name', person],
          ['Username', ({ username }) => username ?? '—'],
          ['Email', ({ primaryEmail }) => primaryEmail ?? '—'],
          ['State', status],
          ['Last sign-in', ({ lastSignInAt }) => when(lastSignInAt, clock.now())],
          [
            '',
            ({ id, isSuspended }) => (isSuspended ? null : button(`/console/users/${id}/sign-in`, 'Sign in')),
          ],
        ],
        items: [...directory.users.values()].filter(matches).toReversed(),
        none: 'No users. Add them with the seed or the Management API, or sign up.',
      },
      request,
    ),
  };
};

export const user: Show = ({ state: { directory, clock }, params, path }) => {
  const shown = directory.users.get(params['id'] ?? '');
  if (shown === undefined) return undefined;
  const { isSuspended, passwordHash, identities } = shown;
  return {
    title: nameOf(shown),
    purpose: 'What Logto knows about this user. Changes send the same webhooks as the Management API.',
    above: ['Users', '/console/users'],
    action: html`<div class="person">
      ${button(`${path}/suspension`, isSuspended ? 'Restore' : 'Suspend', isSuspended ? '' : 'danger')}
      ${isSuspended ? null : button(`${path}/sign-in`, 'Sign in', 'primary')}
    </div>`,
    body: html`${facts([
      ['ID', code(shown.id)],
      ['State', status(shown)],
      ['Username', shown.username],
      ['Email', shown.primaryEmail],
      ['Roles', chips(names(rolesOf(directory, shown)))],
      ['Signs in with', chips([...(passwordHash === null ? [] : ['password']), ...Object.keys(identities)])],
      ['Last sign-in', when(shown.lastSignInAt, clock.now())],
      ['Created', when(shown.createdAt, clock.now())],
    ])}
      <h2>Organizations</h2>
      ${list({
        label: 'Organizations',
        columns: [
          ['Organization', ({ organizationId: id }) => directory.organizations.get(id)?.name ?? id],
          ['Roles', (membership) => chips(names(organizationRolesOf(directory, membership)))],
        ],
        items: membershipsOf(directory, shown.id),
        none: 'No organizations.',
      })}
      <h2>As the Management API shows it</h2>
      ${ui.preformatted(JSON.stringify(userProfile(shown), null, 2))}`,
  };
};

export const organizations: Show = (request) => {
  const { directory, clock } = request.state;
  return {
    title: 'Organizations',
    purpose: 'The companies or teams that users belong to. Tokens can be issued for one of them.',
    body: list(
      {
        label: 'Organizations',
        columns: [
          ['Name', ({ id, name }) => html`<a href="/console/organizations/${id}">${name}</a>`],
          ['ID', ({ id }) => code(id)],
          ['Members', ({ id }) => membersOf(directory, id, 'user').length],
          ['Created', ({ createdAt }) => when(createdAt, clock.now())],
        ],
        items: [...directory.organizations.values()].toReversed(),
        none: 'No organizations. Add them with the seed or the Management API.',
      },
      request,
    ),
  };
};

export const organization: Show = (request) => {
  const { directory } = request.state;
  const shown = directory.organizations.get(request.params['id'] ?? '');
  if (shown === undefined) return undefined;
  return {
    title: shown.name,
    purpose: shown.description ?? 'The members of this organization and their roles.',
    above: ['Organizations', '/console/organizations'],
    body: list(
      {
        label: 'Members',
        columns: [
          ['Member', ([member]) => person(member)],
          ['Email', ([{ primaryEmail }]) => primaryEmail ?? '—'],
          ['Roles', ([, membership]) => chips(names(organizationRolesOf(directory, membership)))],
        ],
        items: membersOf(directory, shown.id, 'user').flatMap((membership) =>
          pick(directory.users, [membership.memberId]).map((member) => [member, membership] as const),
        ),
        none: 'No members yet.',
      },
      request,
    ),
  };
};

export const applications: Show = (request) => {
  const { directory } = request.state;
  return {
    title: 'Applications',
    purpose: 'Clients that can request tokens: apps that users sign in to, and machines with secrets.',
    body: list(
      {
        label: 'Applications',
        columns: [
          ['Name', ({ name }) => name],
          ['Type', ({ type, isThirdParty }) => (isThirdParty ? `${type}, third-party` : type)],
          ['ID', ({ id }) => code(id)],
          ['Redirect URIs', ({ oidcClientMetadata }) => chips(oidcClientMetadata.redirectUris)],
          [
            'Secret',
            ({ id }) => html`${directory.secrets.findBy('application', id).map(({ value }) => code(value))}`,
          ],
          ['Roles', (application) => chips(names(rolesOf(directory, application)))],
        ],
        items: [...directory.applications.values()].toReversed(),
        none: 'No applications. Add them with the seed or the Management API.',
      },
      request,
    ),
  };
};
