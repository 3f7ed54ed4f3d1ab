import { html } from '@latchkey/emulator-kit';
import { code } from './components.ts';
import type { Page, PageRequest } from './layout.ts';

/** The addresses of the emulator's listeners. */
export interface Addresses {
  readonly url: string;
  readonly pdpUrl: string;
  readonly opaUrl: string | undefined;
}

export function overviewPage(request: PageRequest, { url, pdpUrl, opaUrl }: Addresses): Page {
  const { env, account } = request;
  const key = [...account.keys.values()].find(
    ({ environment_id }) => environment_id === env.scope.environment_id,
  );
  const stat = (name: string, size: number, path: string) =>
    html`<a href="${request.href(path)}"><b>${size.toLocaleString('en')}</b><span>${name}</span></a>`;
  const resources = [...env.resources.values()].filter(({ built_in }) => !built_in).length;
  return {
    title: 'Overview',
    purpose: 'Permit.io’s API, PDP and OPA on this machine, and what is in them now.',
    body: html`
      <div class="stats">
        ${stat('Users', env.users.size, '/console/users')}
        ${stat('Tenants', env.tenants.size, '/console/tenants')}
        ${stat('Role assignments', env.assignments.size, '/console/users')}
        ${stat('Resources', resources, '/console/policy')} ${stat('Roles', env.roles.size, '/console/policy')}
        ${stat('Relationships', env.tuples.size, '/console/graph')}
      </div>
      <dl>
        <dt>API</dt>
        <dd>${code(url)}</dd>
        <dt>PDP</dt>
        <dd>${code(pdpUrl)}</dd>
        <dt>OPA</dt>
        <dd>${opaUrl === undefined ? 'off' : code(opaUrl)}</dd>
        <dt>Key of this environment</dt>
        <dd>${code(key?.secret ?? 'none')}</dd>
        <dt>Environment</dt>
        <dd>${code(env.scope.environment_id)}</dd>
      </dl>
      <h2>Point the SDK at it</h2>
      <pre tabindex="0">
${`new Permit({
  token: '<the key above>',
  apiUrl: '${url}',
  pdp: '${pdpUrl}',
});`}</pre>
    `,
  };
}
