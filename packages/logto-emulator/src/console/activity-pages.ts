import { html } from '@latchkey/emulator-kit';
import type { Context } from 'koa';
import { pick } from '../directory/granted-scopes.ts';
import type { Logto } from '../logto.ts';
import { show } from './layout.ts';
import { button, chips, code, empty, facts, pageOf, person, table, when } from './components.ts';

export function sessions(logto: Logto, ctx: Context): void {
  const { directory, instances, clock } = logto;
  const open = instances.list('Session').filter(({ payload }) => payload.accountId !== undefined);
  const { items, links } = pageOf(open.toReversed(), ctx.URL.searchParams);
  const rows = items.map(({ id, payload, expiresAt }) => {
    const [user] = pick(directory.users, [payload.accountId ?? '']);
    const applications = pick(directory.applications, Object.keys(payload.authorizations ?? {}));
    return [
      user === undefined ? code(payload.accountId ?? '') : person(user),
      chips(applications.map(({ name }) => name)),
      when((payload.loginTs ?? 0) * 1000, clock.now()),
      when(expiresAt, clock.now()),
      button(`/console/sessions/${id}/end`, 'End', 'danger'),
    ];
  });
  show(logto, ctx, {
    title: 'Sessions',
    purpose: 'Who is signed in at this Logto, in which browsers. Ending one raises no event, as in Logto.',
    body: html`${
      rows.length === 0
        ? empty('Nobody is signed in.')
        : table(['User', 'Applications', 'Signed in', 'Expires', ''], rows)
    }
    ${links}`,
  });
}

const kinds = {
  ForgotPassword: 'Password reset',
  Generic: 'Verification',
  OrganizationInvitation: 'Invitation',
} as const;

export function inbox(logto: Logto, ctx: Context): void {
  const { messages, clock } = logto;
  const rows = messages
    .list()
    .map(({ recipient, kind, content, sentAt, used }) => [
      recipient,
      kinds[kind],
      content.startsWith('http') ? html`<a href="${content}">${content}</a>` : code(content),
      used ? 'used' : '—',
      when(sentAt, clock.now()),
    ]);
  show(logto, ctx, {
    title: 'Inbox',
    purpose: 'The email and text messages that Logto would have sent. None of them left this machine.',
    body:
      rows.length === 0
        ? empty('Empty. Codes for forgotten passwords and invitations arrive here.')
        : table(['To', 'Kind', 'Content', 'State', 'Sent'], rows),
  });
}

export function faults(logto: Logto, ctx: Context): void {
  const { clock, webhooks } = logto;
  const rows = [
    ...logto.faults.list().map((fault) => ['HTTP', fault] as const),
    ...webhooks.faults.list().map((fault) => ['Webhook', fault] as const),
  ].map(([where, fault]) => {
    const { id: _, remaining, ...shown } = fault;
    return [where, code(JSON.stringify(shown)), remaining === null ? 'until removed' : `${remaining} times`];
  });
  show(logto, ctx, {
    title: 'Faults and time',
    purpose: 'How this Logto misbehaves at the moment, and what time it believes it is.',
    action: rows.length === 0 ? null : button('/console/faults/clear', 'Clear faults', 'primary'),
    body: html`${rows.length === 0 ? empty('It behaves. POST /_emulator/faults or /_emulator/webhook-faults changes that.') : table(['Where', 'Fault', 'How often'], rows)}
      <h2>Time</h2>
      ${facts([
        ['Now', new Date(clock.now()).toISOString()],
        ['Apart from this machine', `${clock.offset() / 1000} s`],
        ['Signs in without asking', logto.signInAs() ?? 'nobody'],
      ])}`,
  });
}
