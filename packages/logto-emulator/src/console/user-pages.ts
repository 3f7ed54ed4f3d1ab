import { html } from '@latchkey/emulator-kit';
import type { Context } from 'koa';
import type { User } from '../directory/records.ts';
import { membershipsOf, organizationRolesOf, rolesOf } from '../directory/granted-scopes.ts';
import { nameOf } from '../directory/display-name.ts';
import type { Logto } from '../logto.ts';
import { keyword } from '../management/search.ts';
import { userProfile, userSearchFields } from '../management/users.ts';
import { show } from './layout.ts';
import {
  button,
  chips,
  code,
  empty,
  facts,
  pageOf,
  person,
  preformatted,
  state,
  table,
  when,
} from './components.ts';

const status = (user: User) => (user.isSuspended ? state('bad', 'Suspended') : state('good', 'Active'));

export function users(logto: Logto, ctx: Context): void {
  const { directory, clock } = logto;
  const query = ctx.URL.searchParams;
  const matches = keyword<User>(query, userSearchFields);
  const found = [...directory.users.values()].filter(matches).toReversed();
  const { items, links } = pageOf(found, query);
  const rows = items.map((user) => [
    person(user),
    user.username ?? '—',
    user.primaryEmail ?? '—',
    status(user),
    when(user.lastSignInAt, clock.now()),
    user.isSuspended ? null : button(`/console/users/${user.id}/sign-in`, 'Sign in'),
  ]);
  show(logto, ctx, {
    title: 'Users',
    purpose:
      'Everybody that Logto knows, newest first. “Sign in” signs this browser in, and the next application is not asked.',
    action: html`<form class="line" role="search">
      <input
        name="q"
        type="search"
        aria-label="Find users"
        value="${query.get('q') ?? ''}"
        placeholder="Name, email, id"
      />
      <button>Find</button>
    </form>`,
    body: html`${
      items.length === 0
        ? empty('Nobody. People come with the seed, by signing up, or over the Management API.')
        : table(['Name', 'Username', 'Email', 'State', 'Last sign-in', ''], rows)
    }
    ${links}`,
  });
}

export function user(logto: Logto, ctx: Context, shown: User): void {
  const { directory, clock } = logto;
  const memberships = membershipsOf(directory, shown.id);
  const path = `/console/users/${shown.id}`;
  show(logto, ctx, {
    title: nameOf(shown),
    purpose: 'What Logto knows of this person. Changes raise the same webhooks as over the Management API.',
    above: ['/console/users', 'Users'],
    action: html`<div class="person">
      ${button(`${path}/suspension`, shown.isSuspended ? 'Restore' : 'Suspend', shown.isSuspended ? '' : 'danger')}
      ${shown.isSuspended ? null : button(`${path}/sign-in`, 'Sign in', 'primary')}
    </div>`,
    body: html`${facts([
      ['Id', code(shown.id)],
      ['State', status(shown)],
      ['Username', shown.username],
      ['Email', shown.primaryEmail],
      ['Roles', chips(rolesOf(directory, shown).map(({ name }) => name))],
      [
        'Signs in with',
        chips([...(shown.passwordHash === null ? [] : ['password']), ...Object.keys(shown.identities)]),
      ],
      ['Last sign-in', when(shown.lastSignInAt, clock.now())],
      ['Created', when(shown.createdAt, clock.now())],
    ])}
      <h2>Organizations</h2>
      ${
        memberships.length === 0
          ? empty('A member of none.')
          : table(
              ['Organization', 'Roles'],
              memberships.map((membership) => [
                directory.organizations.get(membership.organizationId)?.name ?? membership.organizationId,
                chips(organizationRolesOf(directory, membership).map(({ name }) => name)),
              ]),
            )
      }
      <h2>As the Management API shows it</h2>
      ${preformatted(JSON.stringify(userProfile(shown), null, 2))}`,
  });
}
