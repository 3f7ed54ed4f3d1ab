import { html, type Html } from '@latchkey/emulator-kit';
import type { Context } from 'koa';
import type { Hook } from '../directory/records.ts';
import type { Logto } from '../logto.ts';
import type { Delivery } from '../webhooks/deliveries.ts';
import { hookEvents } from '../webhooks/events.ts';
import type { Attempt } from '../webhooks/send.ts';
import { show } from './layout.ts';
import { button, chips, code, empty, facts, pageOf, preformatted, state, table, when } from './components.ts';

function outcome({ attempts }: Delivery): Html {
  const last = attempts.at(-1);
  const word = last?.response == null ? 'No response' : String(last.response.status);
  return state(
    last?.error == null ? 'good' : 'bad',
    attempts.length > 1 ? `${word} after ${attempts.length} attempts` : word,
  );
}

export function hooks(logto: Logto, ctx: Context): void {
  const { directory, webhooks, clock } = logto;
  const rows = [...directory.hooks.values()].toReversed().map((hook) => {
    const [last] = webhooks.deliveries.ofHook(hook.id);
    return [
      html`<a href="/console/hooks/${hook.id}">${hook.name || hook.id}</a>`,
      code(hook.config.url),
      hook.enabled ? state('good', 'Enabled') : state('quiet', 'Disabled'),
      last === undefined ? '—' : html`${outcome(last)} ${when(last.finishedAt, clock.now())}`,
    ];
  });
  show(logto, ctx, {
    title: 'Webhooks',
    purpose: 'Where Logto tells what happened. Every delivery is kept, byte for byte.',
    body:
      rows.length === 0
        ? empty('None. Add one with the seed, or with POST /api/hooks.')
        : table(['Name', 'Endpoint', 'State', 'Last delivery'], rows),
  });
}

function test(hook: Hook): Html {
  const wanted = hookEvents.filter((event) => hook.events.length === 0 || hook.events.includes(event));
  return html`<form class="line" method="post" action="/console/hooks/${hook.id}/test">
    <label for="event">Test event</label>
    <select id="event" name="event">
      ${wanted.map((event) => html`<option>${event}</option>`)}
    </select>
    <button class="primary">Send test event</button>
  </form>`;
}

export function hook(logto: Logto, ctx: Context, shown: Hook): void {
  const { webhooks, clock } = logto;
  const { items, links } = pageOf(webhooks.deliveries.ofHook(shown.id), ctx.URL.searchParams);
  const rows = items.map((delivery) => [
    html`<a href="/console/deliveries/${delivery.id}">${delivery.event}</a>`,
    outcome(delivery),
    when(delivery.finishedAt, clock.now()),
    button(`/console/deliveries/${delivery.id}/resend`, 'Resend'),
  ]);
  show(logto, ctx, {
    title: shown.name || shown.id,
    purpose: 'What was sent here, and what came back.',
    above: ['/console/hooks', 'Webhooks'],
    action: test(shown),
    body: html`${facts([
      ['Endpoint', code(shown.config.url)],
      ['Id', code(shown.id)],
      ['Signing key', code(shown.signingKey)],
      ['State', shown.enabled ? state('good', 'Enabled') : state('quiet', 'Disabled')],
      ['Events', shown.events.length === hookEvents.length ? 'All 29' : chips(shown.events)],
    ])}
      <h2>Deliveries</h2>
      ${rows.length === 0 ? empty('None yet. Sign up, or send a test event.') : table(['Event', 'Outcome', 'When', ''], rows)}
      ${links}`,
  });
}

/** The request of a delivery as it was sent. */
function wire({ url, headers, body }: Delivery): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`POST ${url}`, ...lines, '', body].join('\n');
}

function reply({ at, response, error, cause }: Attempt, now: number): Html {
  return html`${facts([
    ['Outcome', error === null ? state('good', String(response?.status)) : state('bad', error)],
    ...(cause == null ? [] : [['Cause', cause] as const]),
    ['Sent', when(at, now)],
  ])}
  ${response === null ? null : preformatted(response.body || '(empty)')}`;
}

export function delivery(logto: Logto, ctx: Context, shown: Delivery): void {
  const many = shown.attempts.length > 1;
  show(logto, ctx, {
    title: shown.event,
    purpose: `What was sent to ${shown.url}, byte for byte, and what came back.`,
    above: [`/console/hooks/${shown.hookId}`, 'Deliveries'],
    action: button(`/console/deliveries/${shown.id}/resend`, 'Resend', 'primary'),
    body: html`<h2>Request</h2>
      ${preformatted(wire(shown))}
      ${shown.attempts.map(
        (attempt, index) =>
          html`<h2>${many ? `Response ${index + 1}` : 'Response'}</h2>
            ${reply(attempt, logto.clock.now())}`,
      )}`,
  });
}
