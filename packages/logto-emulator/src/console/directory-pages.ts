import { html } from '@latchkey/emulator-kit';
import type { Context } from 'koa';
import { organizationRolesOf, pick, rolesOf } from '../directory/granted-scopes.ts';
import type { Logto } from '../logto.ts';
import { membersOf } from '../management/membership.ts';
import { show } from './layout.ts';
import { chips, code, empty, pageOf, person, table, when } from './components.ts';

export function organizations(logto: Logto, ctx: Context): void {
  const { directory, clock } = logto;
  const { items, links } = pageOf([...directory.organizations.values()].toReversed(), ctx.URL.searchParams);
  const rows = items.map(({ id, name, createdAt }) => [
    html`<a href="/console/organizations/${id}">${name}</a>`,
    code(id),
    membersOf(directory, id, 'user').length,
    when(createdAt, clock.now()),
  ]);
  show(logto, ctx, {
    title: 'Organizations',
    purpose: 'The companies or teams that people belong to, and that tokens can be for.',
    body: html`${
      items.length === 0
        ? empty('None. Organizations come with the seed, or over the Management API.')
        : table(['Name', 'Id', 'Members', 'Created'], rows)
    }
    ${links}`,
  });
}

/** Returns false when there is no such organization. */
export function organization(logto: Logto, ctx: Context, id: string): boolean {
  const { directory } = logto;
  const shown = directory.organizations.get(id);
  if (shown === undefined) return false;
  const { items, links } = pageOf(membersOf(directory, id, 'user'), ctx.URL.searchParams);
  const rows = items.flatMap((membership) =>
    pick(directory.users, [membership.memberId]).map((user) => [
      person(user),
      user.primaryEmail ?? '—',
      chips(organizationRolesOf(directory, membership).map(({ name }) => name)),
    ]),
  );
  show(logto, ctx, {
    title: shown.name,
    purpose: shown.description ?? 'Who belongs to this organization, with which roles.',
    above: ['/console/organizations', 'Organizations'],
    body: html`${rows.length === 0 ? empty('Nobody belongs to it yet.') : table(['Member', 'Email', 'Roles'], rows)}
    ${links}`,
  });
  return true;
}

export function applications(logto: Logto, ctx: Context): void {
  const { directory } = logto;
  const rows = [...directory.applications.values()]
    .toReversed()
    .map((application) => [
      application.name,
      application.type,
      code(application.id),
      chips(application.oidcClientMetadata.redirectUris),
      html`${directory.secrets.findBy('application', application.id).map(({ value }) => code(value))}`,
      chips(rolesOf(directory, application).map(({ name }) => name)),
    ]);
  show(logto, ctx, {
    title: 'Applications',
    purpose: 'What may ask for tokens: pages and sites that people sign in to, and machines with secrets.',
    body:
      rows.length === 0
        ? empty('None. Applications come with the seed, or over the Management API.')
        : table(['Name', 'Type', 'Id', 'Redirect URIs', 'Secret', 'Roles'], rows),
  });
}
