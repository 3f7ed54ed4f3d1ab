import { createHash } from 'node:crypto';
import { html, raw, type Html, icons, latchkey } from '../html.ts';
import { fontStyle, style } from './style.ts';

/**
 * The only script: the menu navigates when an option is chosen, and a live table receives new rows. Without scripts,
 * the menu has a button, and the table shows the rows at the time of loading.
 */
const script = `
document.querySelector('nav select')?.addEventListener('change', (event) => event.target.form.submit());
const log = document.querySelector('[data-stream]');
if (log) {
  const state = document.querySelector('.live');
  const source = new EventSource(log.dataset.stream);
  source.onopen = () => { state.textContent = 'Live'; };
  source.onerror = () => { state.textContent = 'Not connected. Trying again…'; };
  source.addEventListener('row', (event) => {
    document.querySelector('.empty')?.remove();
    log.insertAdjacentHTML('afterbegin', event.data);
    log.firstElementChild.classList.add('fresh');
    while (log.children.length > 200) log.lastElementChild.remove();
  });
}
`;

/** `S` is the state of the emulator. */
export interface PageRequest<S> {
  readonly state: S;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** A URL with the parameter that every link preserves. */
  readonly href: (path: string, query?: Readonly<Record<string, string>>) => string;
}

export interface Content {
  readonly title: string;
  readonly purpose: string;
  readonly body: Html;
  readonly action?: Html | null;
  readonly above?: readonly [name: string, href: string];
}

export interface Page<S> {
  /** With `:names`, as in routers: `/console/users/:id`. */
  readonly path: string;
  /** Pages without a name are not in the menu. */
  readonly name?: string;
  /** Shown beside the name. */
  readonly count?: (state: S) => number;
  /** Returns undefined when the record in the path does not exist. */
  readonly show: (request: PageRequest<S>) => Content | undefined;
}

export interface Console<S> {
  readonly name: string;
  readonly pages: readonly Page<S>[];
  /** The parameter that every link preserves, and the menu that chooses its value. */
  readonly preserve?: { readonly parameter: string; readonly menu: (request: PageRequest<S>) => Html };
}

export interface RoutedRequest<S> {
  readonly state: S;
  readonly url: URL;
  readonly params: Readonly<Record<string, string>>;
}

export interface Rendered {
  readonly status: 200 | 404;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const sha = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'self' ${sha(style)}; script-src ${sha(script)}; font-src 'self'; img-src data:; connect-src 'self'; form-action 'self'; base-uri 'none'`,
};

const missing: Content = {
  title: 'Page not found',
  purpose: 'This page does not exist, or no longer exists.',
  body: html``,
};

export function renderPage<S>(
  shell: Console<S>,
  { show }: Page<S>,
  { state, url, params }: RoutedRequest<S>,
): Rendered {
  const query = Object.fromEntries(url.searchParams);
  const preserved = shell.preserve?.parameter ?? '';
  const request: PageRequest<S> = {
    state,
    path: url.pathname,
    params,
    query,
    href: (path, more = {}) => {
      const value = query[preserved];
      const all = new URLSearchParams({
        ...(value !== undefined && { [preserved]: value }),
        ...more,
      }).toString();
      return all === '' ? path : `${path}?${all}`;
    },
  };
  const content = show(request);
  return {
    status: content === undefined ? 404 : 200,
    headers,
    body: documentOf(shell, request, content ?? missing).markup,
  };
}

function flash({ done, failed }: Readonly<Record<string, string>>): Html | null {
  if (failed !== undefined) return html`<p class="flash bad" role="alert">${icons.warning}${failed}</p>`;
  return done === undefined ? null : html`<p class="flash" role="status">${icons.done}${done}</p>`;
}

function menu<S>({ pages }: Console<S>, { state, path, href }: PageRequest<S>): Html[] {
  const named = pages.filter(({ name }) => name !== undefined);
  const current = named.findLast((page, index) =>
    index === 0 ? path === page.path : path.startsWith(page.path),
  );
  return named.map(
    (page) =>
      html`<a class="item" href="${href(page.path)}" ${page === current ? raw('aria-current="page"') : null}
        >${page.name}${page.count && html`<span class="count">${page.count(state).toLocaleString('en')}</span>`}</a
      >`,
  );
}

function documentOf<S>(shell: Console<S>, request: PageRequest<S>, content: Content): Html {
  const { title, purpose, body, action, above } = content;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <title>${title} · ${shell.name}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${fontStyle}" />
        ${raw(`<style>${style}</style>`)}
      </head>
      <body>
        <a class="skip" href="#main">Skip to content</a>
        <nav aria-label="Pages">
          <a class="brand" href="${request.href(shell.pages[0]?.path ?? '/')}"
            >${latchkey}<span>${shell.name}</span></a
          >
          ${shell.preserve?.menu(request)}
          <div class="links">${menu(shell, request)}</div>
          <p>Runs on this machine. Nothing leaves it.</p>
        </nav>
        <main id="main" tabindex="-1">
          ${flash(request.query)}
          ${above && html`<p class="crumb"><a href="${above[1]}">${above[0]}</a></p>`}
          <header>
            <div>
              <h1>${title}</h1>
              <p>${purpose}</p>
            </div>
            ${action}
          </header>
          ${body}
        </main>
        ${raw(`<script>${script}</script>`)}
      </body>
    </html>`;
}
