import { html, raw, type Html, icons } from '../html.ts';
import type { PageRequest } from './page.ts';

export type Cell = Html | string | number | null;

/** The cell of the column of the kind `head`, or else of the first one, is the header of its row. */
export type Column<T> = readonly [head: Html | string, cell: (item: T) => Cell, kind?: string];

export interface Table<T> {
  /** For screen readers. */
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly items: Iterable<T>;
  readonly kind?: string;
}

export function row<T>(columns: readonly Column<T>[], item: T): Html {
  const header = Math.max(
    0,
    columns.findIndex(([, , kind]) => kind === 'head'),
  );
  const cells = columns.map(([, cell, kind], index) =>
    index === header
      ? html`<th scope="row">${cell(item)}</th>`
      : html`<td class="${kind}">${cell(item)}</td>`,
  );
  return html`<tr>
    ${cells}
  </tr>`;
}

/** Can be scrolled with the keyboard. `attributes` are those of its rows' group. */
export function table<T>({ label, columns, items, kind }: Table<T>, attributes: Html | null = null): Html {
  const heads = columns.map(([head]) => (head === '' ? html`<td></td>` : html`<th scope="col">${head}</th>`));
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">
    <table class="${kind}">
      <thead>
        <tr>
          ${heads}
        </tr>
      </thead>
      <tbody ${attributes}>
        ${Array.from(items, (item) => row(columns, item))}
      </tbody>
    </table>
  </div>`;
}

export interface List<T> extends Table<T> {
  readonly none: string;
  /** Server-sent events `row`, each with the markup of a new first row. */
  readonly live?: string;
}

const PER_PAGE = 50;

/** Without items, shows the text `none`. With a request, shows only the page of items in `?page=`. */
export function list<T, S>(given: List<T>, request?: PageRequest<S>): Html {
  const items = [...given.items];
  if (request === undefined) return items.length === 0 ? empty(given.none) : table({ ...given, items });
  const { query, path, href } = request;
  const last = Math.max(1, Math.ceil(items.length / PER_PAGE));
  const page = Math.min(last, Math.max(1, Math.trunc(Number(query['page'] ?? 1)) || 1));
  const to = (number: number, name: string): Html =>
    html`<a class="button" href="${href(path, { ...query, page: String(number) })}">${name}</a>`;
  const live = page === 1 && given.live !== undefined ? html`data-stream="${given.live}"` : null;
  const shown = { ...given, items: items.slice((page - 1) * PER_PAGE, page * PER_PAGE) };
  return html`${items.length === 0 ? empty(given.none) : null}
  ${items.length === 0 && live === null ? null : table(shown, live)}
  ${
    last === 1
      ? null
      : html`<p class="pages">
          ${page > 1 ? to(page - 1, 'Previous') : null}<span>Page ${page} of ${last}</span>${page < last ? to(page + 1, 'Next') : null}
        </p>`
  }`;
}

export const empty = (text: Html | string): Html => html`<div class="empty"><p>${text}</p></div>`;

export const facts = (entries: readonly (readonly [string, Cell])[]): Html =>
  html`<dl>
    ${entries.map(
      ([term, value]) =>
        html`<dt>${term}</dt>
          <dd>${value ?? '—'}</dd>`,
    )}
  </dl>`;

export const figures = (entries: readonly (readonly [name: string, size: number, href: string])[]): Html =>
  html`<div class="stats">
    ${entries.map(([name, size, href]) => html`<a href="${href}"><b>${size.toLocaleString('en')}</b><span>${name}</span></a>`)}
  </div>`;

/** The template is on one line, because `<pre>` preserves whitespace. */
export const preformatted = (text: string): Html => html`<pre tabindex="0">${text}</pre>`;
export const code = (text: string): Html => html`<code>${text}</code>`;
export const chips = (names: readonly string[]): Html | string =>
  names.length === 0 ? '—' : html`${names.map((name) => html`<span class="chip">${name}</span>`)}`;

export function state(kind: 'bad' | 'good' | 'quiet', label: string): Html {
  const signs = { good: icons.done, bad: icons.failed, quiet: icons.waiting };
  return html`<span class="state ${kind}">${signs[kind]}${label}</span>`;
}

export const button = (action: string, label: string, kind = ''): Html =>
  html`<form class="line" method="post" action="${action}"><button class="${kind}">${label}</button></form>`;

/** Preserves the other parameters of the page. */
export function search<S>({ query }: PageRequest<S>, name: string, label: string): Html {
  const others = Object.entries(query).filter(([key]) => key !== name && key !== 'page');
  return html`<form class="line" role="search">
    ${others.map(([key, value]) => html`<input type="hidden" name="${key}" value="${value}" />`)}
    <input
      type="search"
      name="${name}"
      value="${query[name] ?? ''}"
      aria-label="${label}"
      placeholder="${label}"
    />
    <button>Search</button>
  </form>`;
}

export const options = (entries: Iterable<readonly [string, string]>, selected?: string): Html[] =>
  Array.from(
    entries,
    ([value, name]) =>
      html`<option value="${value}" ${value === selected ? raw('selected') : null}>${name}</option>`,
  );

const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });

/** Relative, with the exact time in the tooltip and in the markup. */
export function when(time: number | null, now: number): Html | string {
  if (time === null) return 'never';
  const difference = time - now;
  const [unit, length] = units.find(([, size]) => Math.abs(difference) >= size) ?? ['second', 1000];
  const iso = new Date(time).toISOString();
  return html`<time datetime="${iso}" title="${iso}"
    >${relative.format(Math.round(difference / length), unit)}</time
  >`;
}

export const count = (number: number, one: string, many: string = `${one}s`): string =>
  `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
