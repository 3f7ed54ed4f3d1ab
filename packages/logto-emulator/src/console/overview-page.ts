import { html } from '@latchkey/emulator-kit';
import type { Context } from 'koa';
import { describe } from '../describe.ts';
import type { Logto } from '../logto.ts';
import { button, chips, code, facts } from './components.ts';
import { show } from './layout.ts';

export function overview(logto: Logto, ctx: Context): void {
  const { directory, instances, signingKeys } = logto;
  const { issuer, managementApi } = describe(logto);
  const counts = [
    ['Users', directory.users.size, '/console/users'],
    ['Organizations', directory.organizations.size, '/console/organizations'],
    ['Applications', directory.applications.size, '/console/applications'],
    ['Webhooks', directory.hooks.size, '/console/hooks'],
    ['Grants', instances.list('Grant').length, '/console/sessions'],
  ] as const;
  show(logto, ctx, {
    title: 'Overview',
    purpose:
      'A Logto to develop and test with: real sign-in, real tokens, real webhooks, all on this machine.',
    action: button('/console/reset', 'Reset to the seed', 'danger'),
    body: html`<div class="stats">
        ${counts.map(([name, count, path]) => html`<a href="${path}"><b>${count.toLocaleString('en')}</b><span>${name}</span></a>`)}
      </div>
      <h2>Endpoints</h2>
      ${facts([
        ['Endpoint', code(logto.endpoint)],
        ['Issuer', code(issuer)],
        [
          'Discovery',
          html`<a href="/oidc/.well-known/openid-configuration"
            >${issuer}/.well-known/openid-configuration</a
          >`,
        ],
        ['Signs with', `${signingKeys.algorithm()}, ${signingKeys.list().length} published`],
        ['Management API', code(managementApi.url)],
        ['Its resource', code(managementApi.resource)],
      ])}
      <h2>API resources</h2>
      ${facts(
        [...directory.resources.values()].map(({ id, indicator }) => [
          indicator,
          chips(directory.scopes.findBy('resource', id).map(({ name }) => name)),
        ]),
      )}`,
  });
}
