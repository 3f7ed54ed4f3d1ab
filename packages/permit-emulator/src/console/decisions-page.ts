import { html, raw, type Html } from '@latchkey/emulator-kit';
import type { Decision } from '../pdp/decision.ts';
import type { DecisionLog } from '../pdp/decision-log.ts';
import { reasonOf } from '../pdp/reason.ts';
import { code, decisionState, empty, when } from './components.ts';
import type { Page, PageRequest } from './layout.ts';

const SHOWN = 100;

type Which = 'allowed' | 'denied' | undefined;

export function isShown({ result }: Decision, which: string | undefined): boolean {
  return which === 'allowed' ? result.allow : which === 'denied' ? !result.allow : true;
}

/** One row of the log. The live log sends the same markup. */
export function decisionRow({ timestamp, query, result }: Decision): Html {
  const { type, key, tenant } = query.resource;
  return html`<tr>
    <td class="when">${when(timestamp)}</td>
    <td>${decisionState(result.allow)}</td>
    <th scope="row">${query.user.key}</th>
    <td class="tight">
      ${code(`${type}:${query.action}`)}
      <span class="on">${key == null || key === '' ? null : html`on ${code(key)} `}in ${tenant ?? 'no tenant'}</span>
    </td>
    <td class="reason muted">${reasonOf(result)}</td>
  </tr>`;
}

function filters(request: PageRequest, which: Which): Html {
  const link = (name: string, value: Which): Html =>
    html`<a
      href="${request.href('/console/decisions', value && { show: value })}"
      ${which === value ? raw(' aria-current="true"') : null}
      >${name}</a
    >`;
  return html`<div class="filters">
    ${link('All', undefined)}${link('Allowed', 'allowed')}${link('Denied', 'denied')}<span
      class="live"
      role="status"
      >As of now</span
    >
  </div>`;
}

export function decisionsPage(request: PageRequest, log: DecisionLog): Page {
  const { show } = request.query;
  const which: Which = show === 'allowed' || show === 'denied' ? show : undefined;
  const { environment_id } = request.env.scope;
  const decisions = log
    .list(environment_id)
    .filter((decision) => isShown(decision, which))
    .slice(0, SHOWN);
  const stream = `/_emulator/page/decisions?${new URLSearchParams({ environment: environment_id, ...(which && { show: which }) }).toString()}`;
  return {
    title: 'Decisions',
    purpose:
      'What the PDP was asked and why it answered as it did, newest first. The log follows as you watch.',
    body: html`
      ${filters(request, which)}
      ${decisions.length === 0 ? empty('Nothing was asked yet. Checks that an app makes appear here as they happen.') : null}
      <div
        class="scroll"
        tabindex="0"
        role="region"
        aria-label="Decisions"
        ${decisions.length === 0 ? html`hidden` : null}
      >
        <table class="log">
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Decision</th>
              <th scope="col">User</th>
              <th scope="col">Permission</th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody data-stream="${stream}">
            ${decisions.map(decisionRow)}
          </tbody>
        </table>
      </div>
    `,
  };
}
