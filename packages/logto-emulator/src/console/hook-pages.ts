import { html, ui, type Html } from '@latchkey/emulator-kit';
import type { Hook } from '../directory/records.ts';
import type { Delivery } from '../webhooks/webhooks.ts';
import { hookEvents } from '../webhooks/events.ts';
import type { Show } from './directory-pages.ts';

const { button, chips, code, facts, list, preformatted, state, when } = ui;

function outcome({ attempts }: Delivery): Html {
  const last = attempts.at(-1);
  const label = last?.response == null ? 'No response' : String(last.response.status);
  return state(
    last?.error == null ? 'good' : 'bad',
    attempts.length > 1 ? `${label} after ${attempts.length} attempts` : label,
  );
}

const enabled = (hook: Hook): Html => (hook.enabled ? state('good', 'Enabled') : state('quiet', 'Disabled'));

export const hooks: Show = (request) => {
  const { directory, webhooks, clock } = request.state;
  return {
    title: 'Webhooks',
    purpose: 'Where Logto sends its events. Every delivery is stored, byte for byte.',
    body: list(
      {
        label: 'Webhooks',
        columns: [
          ['Name', ({ id, name }) => html`<a href="/console/hooks/${id}">${name || id}</a>`],
          ['Endpoint', ({ config }) => code(config.url)],
          ['State', enabled],
          [
            'Last delivery',
            ({ id }) => {
              const [last] = webhooks.deliveries.ofHook(id);
              return last === undefined ? '—' : html`${outcome(last)} ${when(last.finishedAt, clock.now())}`;
            },
          ],
        ],
        items: [...directory.hooks.values()].toReversed(),
        none: 'No webhooks. Add one with the seed, or with POST /api/hooks.',
      },
      request,
    ),
  };
};

export const hook: Show = (request) => {
  const { directory, webhooks, clock } = request.state;
  const shown = directory.hooks.get(request.params['id'] ?? '');
  if (shown === undefined) return undefined;
  const { id, name, events, config } = shown;
  const wanted = hookEvents.filter((event) => events.length === 0 || events.includes(event));
  return {
    title: name || id,
    purpose: 'What was sent here, and the responses.',
    above: ['Webhooks', '/console/hooks'],
    action: html`<form class="line" method="post" action="/console/hooks/${id}/test">
      <label for="event">Test event</label>
      <select id="event" name="event">
        ${ui.options(wanted.map((event) => [event, event]))}
      </select>
      <button class="primary">Send test event</button>
    </form>`,
    body: html`${facts([
      ['Endpoint', code(config.url)],
      ['ID', code(id)],
      ['Signing key', code(shown.signingKey)],
      ['State', enabled(shown)],
      ['Events', events.length === hookEvents.length ? `All ${events.length}` : chips(events)],
    ])}
      <h2>Deliveries</h2>
      ${list(
        {
          label: 'Deliveries',
          columns: [
            [
              'Event',
              ({ id: delivered, event }) => html`<a href="/console/deliveries/${delivered}">${event}</a>`,
            ],
            ['Outcome', outcome],
            ['When', ({ finishedAt }) => when(finishedAt, clock.now())],
            ['', ({ id: delivered }) => button(`/console/deliveries/${delivered}/resend`, 'Resend')],
          ],
          items: webhooks.deliveries.ofHook(id),
          none: 'No deliveries yet. Sign up, or send a test event.',
        },
        request,
      )}`,
  };
};

function wire({ url, headers, body }: Delivery): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`POST ${url}`, ...lines, '', body].join('\n');
}

export const delivery: Show = ({ state: { webhooks, clock }, params }) => {
  const shown = webhooks.deliveries.get(params['id'] ?? '');
  if (shown === undefined) return undefined;
  const { id, event, url, hookId, attempts } = shown;
  return {
    title: event,
    purpose: `What was sent to ${url}, byte for byte, and the responses.`,
    above: ['Deliveries', `/console/hooks/${hookId}`],
    action: button(`/console/deliveries/${id}/resend`, 'Resend', 'primary'),
    body: html`<h2>Request</h2>
      ${preformatted(wire(shown))}
      ${attempts.map(
        ({ at, response, error, cause }, index) =>
          html`<h2>${attempts.length > 1 ? `Response ${index + 1}` : 'Response'}</h2>
            ${facts([
              ['Outcome', error === null ? state('good', String(response?.status)) : state('bad', error)],
              ...(cause == null ? [] : [['Cause', cause] as const]),
              ['Sent', when(at, clock.now())],
            ])}
            ${response === null ? null : preformatted(response.body || '(empty)')}`,
      )}`,
  };
};
