import { html, ui } from '@latchkey/emulator-kit';
import { describe } from '../control/routes.ts';
import { pick } from '../directory/granted-scopes.ts';
import type { Logto } from '../logto.ts';
import { person, type Show } from './directory-pages.ts';

const { button, chips, code, facts, list, when } = ui;

export const overview: Show = ({ state: logto }) => {
  const { directory, instances, signingKeys } = logto;
  const { issuer, managementApi } = describe(logto);
  return {
    title: 'Overview',
    purpose: 'Logto for development and tests: real sign-in, tokens and webhooks, all on this machine.',
    action: button('/console/reset', 'Reset to the seed', 'danger'),
    body: html`${ui.figures([
      ['Users', directory.users.size, '/console/users'],
      ['Organizations', directory.organizations.size, '/console/organizations'],
      ['Applications', directory.applications.size, '/console/applications'],
      ['Webhooks', directory.hooks.size, '/console/hooks'],
      ['Grants', instances.list('Grant').length, '/console/sessions'],
    ])}
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
        Array.from(directory.resources.values(), ({ id, indicator }) => [
          indicator,
          chips(directory.scopes.findBy('resource', id).map(({ name }) => name)),
        ]),
      )}`,
  };
};

export const openSessions = ({ instances }: Logto) =>
  instances.list('Session').filter(({ payload }) => payload.accountId !== undefined);

export const sessions: Show = (request) => {
  const { directory, clock } = request.state;
  return {
    title: 'Sessions',
    purpose: 'The signed-in users and their browsers. Ending a session sends no event, as in Logto.',
    body: list(
      {
        label: 'Sessions',
        columns: [
          [
            'User',
            ({ payload: { accountId = '' } }) => {
              const [user] = pick(directory.users, [accountId]);
              return user === undefined ? code(accountId) : person(user);
            },
          ],
          [
            'Applications',
            ({ payload: { authorizations = {} } }) =>
              chips(pick(directory.applications, Object.keys(authorizations)).map(({ name }) => name)),
          ],
          ['Signed in', ({ payload: { loginTs = 0 } }) => when(loginTs * 1000, clock.now())],
          ['Expires', ({ expiresAt }) => when(expiresAt, clock.now())],
          ['', ({ id }) => button(`/console/sessions/${id}/end`, 'End', 'danger')],
        ],
        items: openSessions(request.state).toReversed(),
        none: 'No user is signed in.',
      },
      request,
    ),
  };
};

const kinds = {
  ForgotPassword: 'Password reset',
  OrganizationInvitation: 'Invitation',
} as const;

export const inbox: Show = (request) => {
  const { messages, clock } = request.state;
  return {
    title: 'Inbox',
    purpose: 'The email and text messages that Logto would have sent. None of them left this machine.',
    body: list(
      {
        label: 'Inbox',
        columns: [
          ['To', ({ recipient }) => recipient],
          ['Kind', ({ kind }) => kinds[kind]],
          [
            'Content',
            ({ content }) =>
              content.startsWith('http') ? html`<a href="${content}">${content}</a>` : code(content),
          ],
          ['State', ({ used }) => (used ? 'used' : '—')],
          ['Sent', ({ sentAt }) => when(sentAt, clock.now())],
        ],
        items: messages.list(),
        none: 'Empty. Codes for forgotten passwords and invitations arrive here.',
      },
      request,
    ),
  };
};

export const faults: Show = ({ state: logto }) => {
  const { clock, webhooks } = logto;
  const items = [
    ...logto.faults.list().map((fault) => ['HTTP', fault] as const),
    ...webhooks.faults.list().map((fault) => ['Webhook', fault] as const),
  ];
  return {
    title: 'Faults and time',
    purpose: 'Simulated faults, and the simulated time.',
    action: items.length === 0 ? null : button('/console/faults/clear', 'Clear faults', 'primary'),
    body: html`${list({
      label: 'Faults',
      columns: [
        ['Where', ([where]) => where],
        ['Fault', ([, fault]) => code(JSON.stringify({ ...fault, id: undefined, remaining: undefined }))],
        ['How often', ([, { remaining }]) => (remaining === null ? 'until removed' : `${remaining} times`)],
      ],
      items,
      none: 'No faults. Add one with POST /_emulator/faults or /_emulator/webhook-faults.',
    })}
      <h2>Time</h2>
      ${facts([
        ['Now', new Date(clock.now()).toISOString()],
        ['Offset from this machine', `${clock.offset() / 1000} s`],
        ['Automatic sign-in', logto.signInAs() ?? 'nobody'],
      ])}`,
  };
};
