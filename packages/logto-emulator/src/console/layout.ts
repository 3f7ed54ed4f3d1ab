import { createHash } from 'node:crypto';
import { html, latchkey, raw, type Html } from '@latchkey/emulator-kit';
import type { Context } from 'koa';
import { fontStyle } from '../sign-in-pages/fonts.ts';
import { done, warning } from '../sign-in-pages/icons.ts';
import type { Logto } from '../logto.ts';
import { style } from './style.ts';

const styleElement = raw(`<style>${style}</style>`);
const styleHash = createHash('sha256').update(style).digest('base64');
const policy = `default-src 'none'; img-src data:; font-src 'self'; base-uri 'none'; form-action 'self'; style-src 'self' 'sha256-${styleHash}'`;

export interface Page {
  readonly title: string;
  /** One sentence: the purpose of the page. */
  readonly purpose: string;
  readonly body: Html;
  /** The primary action, to the right of the title. */
  readonly action?: Html | null;
  /** `[URL, name]` of the parent page. */
  readonly above?: readonly [string, string];
}

interface Item {
  readonly path: string;
  readonly name: string;
  readonly count?: (logto: Logto) => number;
}

const items: readonly Item[] = [
  { path: '/console', name: 'Overview' },
  { path: '/console/users', name: 'Users', count: ({ directory }) => directory.users.size },
  {
    path: '/console/organizations',
    name: 'Organizations',
    count: ({ directory }) => directory.organizations.size,
  },
  {
    path: '/console/applications',
    name: 'Applications',
    count: ({ directory }) => directory.applications.size,
  },
  { path: '/console/hooks', name: 'Webhooks', count: ({ directory }) => directory.hooks.size },
  {
    path: '/console/sessions',
    name: 'Sessions',
    count: ({ instances }) =>
      instances.list('Session').filter(({ payload }) => payload.accountId !== undefined).length,
  },
  { path: '/console/inbox', name: 'Inbox', count: ({ messages }) => messages.list().length },
  {
    path: '/console/faults',
    name: 'Faults and time',
    count: ({ faults, webhooks }) => faults.list().length + webhooks.faults.list().length,
  },
];

/** The result of the previous action. */
function flash(ctx: Context): Html | null {
  const { done: good, failed } = ctx.query;
  if (typeof failed === 'string') return html`<p class="flash bad" role="alert">${warning}${failed}</p>`;
  return typeof good === 'string' ? html`<p class="flash" role="status">${done}${good}</p>` : null;
}

/** Renders a page of the console. */
export function show(logto: Logto, ctx: Context, { title, purpose, body, action, above }: Page): void {
  const current = (path: string): boolean =>
    path === '/console' ? ctx.path === path : ctx.path.startsWith(path);
  ctx.type = 'html';
  ctx.body = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta http-equiv="content-security-policy" content="${policy}" />
        <title>${title} · Logto emulator</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${fontStyle}" />
        ${styleElement}
      </head>
      <body>
        <nav aria-label="Console">
          <a class="brand" href="/console" aria-label="Logto emulator, overview"
            >${latchkey}<span>Logto emulator</span></a
          >
          ${items.map(
            ({ path, name, count }) =>
              html`<a class="item" href="${path}" ${current(path) ? html` aria-current="page"` : null}
                >${name}${
                  count === undefined
                    ? null
                    : html`<span class="count">${count(logto).toLocaleString('en')}</span>`
                }</a
              >`,
          )}
          <p>Runs on this machine. Nothing leaves it.</p>
        </nav>
        <main>
          ${flash(ctx)}
          ${above === undefined ? null : html`<p class="crumb"><a href="${above[0]}">${above[1]}</a></p>`}
          <header>
            <div>
              <h1>${title}</h1>
              <p>${purpose}</p>
            </div>
            ${action}
          </header>
          ${body}
        </main>
      </body>
    </html>`.markup;
}

/** Redirects to a page after an action, and shows the result there. */
export function back(ctx: Context, path: string, outcome: { done?: string; failed?: string }): void {
  ctx.status = 303;
  ctx.redirect(`${path}?${new URLSearchParams(Object.entries(outcome)).toString()}`);
}
