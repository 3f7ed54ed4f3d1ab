import { createHash } from 'node:crypto';
import { html, latchkey, raw, type Html } from '@latchkey/emulator-kit';
import type { Account } from '../model/account.ts';
import type { Environment } from '../model/environment.ts';
import { fontStyle } from './fonts.ts';
import { liveScript } from './live-script.ts';
import { style } from './style.ts';

/** A request for a page of the console. */
export interface PageRequest {
  readonly account: Account;
  readonly env: Environment;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The URL of a page, for the environment that is shown. */
  href(path: string, query?: Readonly<Record<string, string>>): string;
}

export interface Page {
  readonly title: string;
  /** One sentence: the purpose of the page. */
  readonly purpose: string;
  readonly body: Html;
  /** The name and URL of the parent page. */
  readonly above?: readonly [string, string];
}

const sha = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

export const contentSecurityPolicy = [
  `default-src 'none'`,
  `style-src 'self' ${sha(style)}`,
  `script-src ${sha(liveScript)}`,
  `font-src 'self'`,
  `img-src data:`,
  `connect-src 'self'`,
  `form-action 'self'`,
  `base-uri 'none'`,
].join('; ');

const items: readonly (readonly [path: string, name: string, count?: (env: Environment) => number])[] = [
  ['/', 'Overview'],
  ['/console/check', 'Try a check'],
  ['/console/decisions', 'Decisions'],
  ['/console/users', 'Users', ({ users }) => users.size],
  ['/console/tenants', 'Tenants', ({ tenants }) => tenants.size],
  ['/console/policy', 'Policy'],
  ['/console/graph', 'Relationships', ({ tuples }) => tuples.size],
];

function isCurrent(request: PageRequest, path: string): boolean {
  return path === '/' ? request.path === '/' : request.path.startsWith(path);
}

/** The menu of all environments. Choosing one keeps the page. */
function environments({ account, env, path }: PageRequest): Html {
  return html`<form method="get" action="${path}">
    <select name="env" aria-label="Environment">
      ${[...account.environmentRecords.values()].map(
        ({ id, key: name, project_id }) =>
          html`<option value="${id}" ${id === env.scope.environment_id ? raw(' selected') : null}>
            ${account.projects.get(project_id)?.key} / ${name}
          </option>`,
      )}</select
    ><noscript><button>Show</button></noscript>
  </form>`;
}

export function render(request: PageRequest, { title, purpose, body, above }: Page): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <title>${title} · Permit emulator</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${fontStyle}" />
        ${raw(`<style>${style}</style>`)}
      </head>
      <body>
        <a class="skip" href="#main">Skip to content</a>
        <nav aria-label="Pages">
          <a class="brand" href="${request.href('/')}">${latchkey}<span>Permit emulator</span></a>
          ${environments(request)}
          <div class="links">
            ${items.map(
              ([path, name, count]) =>
                html`<a
                  class="item"
                  href="${request.href(path)}"
                  ${isCurrent(request, path) ? raw(' aria-current="page"') : null}
                  >${name}${
                    count && html`<span class="count">${count(request.env).toLocaleString('en')}</span>`
                  }</a
                >`,
            )}
          </div>
          <p>Runs on this machine. Nothing leaves it.</p>
        </nav>
        <main id="main" tabindex="-1">
          ${above && html`<p class="crumb"><a href="${above[1]}">${above[0]}</a></p>`}
          <div class="head">
            <div>
              <h1>${title}</h1>
              <p>${purpose}</p>
            </div>
          </div>
          ${body}
        </main>
        ${raw(`<script>${liveScript}</script>`)}
      </body>
    </html>`.markup;
}
