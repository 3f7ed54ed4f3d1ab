import { html, raw, ui, type Html } from '@latchkey/emulator-kit';
import { reasonOf, type Decision } from '../pdp/decision-log.ts';
import type { Show } from './view.ts';

export function isShown({ result }: Decision, which: string | undefined): boolean {
  return which === 'allowed' ? result.allow : which === 'denied' ? !result.allow : true;
}

export const allowedState = (allow: boolean): Html =>
  allow ? ui.state('good', 'allowed') : ui.state('bad', 'denied');

const columns: readonly ui.Column<Decision>[] = [
  ['Time', ({ timestamp }) => html`<time title="${timestamp}">${timestamp.slice(11, 19)}</time>`, 'when'],
  ['Decision', ({ result }) => allowedState(result.allow)],
  ['User', ({ query }) => query.user.key, 'head'],
  [
    'Permission',
    ({ query: { action, resource } }) => {
      const { type, key, tenant } = resource;
      return html`${ui.code(`${type}:${action}`)}
        <span class="on">${key ? html`on ${ui.code(key)} ` : null}in ${tenant ?? 'no tenant'}</span>`;
    },
    'tight',
  ],
  ['Why', ({ result }) => reasonOf(result), 'reason'],
];

/** One row of the log. The live log sends the same markup. */
export const decisionRow = (decision: Decision): Html => ui.row(columns, decision);

const filters = [
  ['All', {}],
  ['Allowed', { show: 'allowed' }],
  ['Denied', { show: 'denied' }],
] as const;

export const decisionsPage: Show = (request) => {
  const { env, decisions } = request.state;
  const { show } = request.query;
  const environment = env.scope.environment_id;
  const stream = new URLSearchParams({ environment, ...(show !== undefined && { show }) }).toString();
  return {
    title: 'Decisions',
    purpose: 'The decisions of the PDP and their reasons, newest first. New ones appear automatically.',
    body: html`<div class="filters">
        ${filters.map(
          ([name, query]) =>
            html`<a
              href="${request.href('/console/decisions', query)}"
              ${('show' in query ? query.show : undefined) === show ? raw('aria-current="true"') : null}
              >${name}</a
            >`,
        )}<span class="live" role="status">As of now</span>
      </div>
      ${ui.list(
        {
          label: 'Decisions',
          kind: 'log',
          columns,
          items: decisions.list(environment).filter((decision) => isShown(decision, show)),
          none: 'No checks yet. Checks by your app appear here as they happen.',
          live: `/_emulator/page/decisions?${stream}`,
        },
        request,
      )}`,
  };
};
