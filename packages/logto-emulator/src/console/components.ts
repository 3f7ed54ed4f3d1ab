import { html, type Html } from '@latchkey/emulator-kit';
import type { User } from '../directory/records.ts';
import { done, waiting, warning } from '../sign-in-pages/icons.ts';
import { initialOf, nameOf } from '../directory/display-name.ts';

type Cell = Html | string | number | null;

/** A table whose last column holds the actions. */
export function table(heads: readonly string[], rows: readonly (readonly Cell[])[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${heads[0] ?? ''}">
    <table>
      <thead>
        <tr>
          ${heads.map((head) => (head === '' ? html`<td></td>` : html`<th scope="col">${head}</th>`))}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (cells) =>
            html`<tr>
              ${cells.map((cell, index) => (heads[index] === '' ? html`<td class="end">${cell}</td>` : html`<td>${cell}</td>`))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

export const empty = (text: string): Html => html`<div class="empty"><p>${text}</p></div>`;

/** A list of terms and values. */
export function facts(entries: readonly (readonly [string, Cell])[]): Html {
  return html`<dl>
    ${entries.map(
      ([term, value]) =>
        html`<dt>${term}</dt>
          <dd>${value ?? '—'}</dd>`,
    )}
  </dl>`;
}

/**
 * Preformatted text that can be scrolled with the keyboard. Not a multi-line template, because whitespace counts.
 */
export const preformatted = (text: string): Html => html`<pre tabindex="0">${text}</pre>`;
export const code = (text: string): Html => html`<code>${text}</code>`;
export const chips = (names: readonly string[]): Html | string =>
  names.length === 0 ? '—' : html`${names.map((name) => html`<span class="chip">${name}</span>`)}`;

export function person(user: User): Html {
  const name = nameOf(user);
  return html`<span class="person">
    <span class="avatar" aria-hidden="true">${initialOf(name)}</span
    ><a href="/console/users/${user.id}">${name}</a>
  </span>`;
}

const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });

/** A relative time, with the exact time in the tooltip and in the markup. */
export function when(time: number | null, now: number): Html | string {
  if (time === null) return 'never';
  const difference = time - now;
  const [unit, length] = units.find(([, size]) => Math.abs(difference) >= size) ?? ['second', 1000];
  const iso = new Date(time).toISOString();
  return html`<time datetime="${iso}" title="${iso}"
    >${relative.format(Math.round(difference / length), unit)}</time
  >`;
}

/** A state, shown by colour, icon and word. */
export function state(kind: 'good' | 'bad' | 'quiet', word: string): Html {
  const signs = { good: done, bad: warning, quiet: waiting };
  return html`<span class="state ${kind}">${signs[kind]}${word}</span>`;
}

/** A form with one button. */
export function button(action: string, label: string, kind = ''): Html {
  return html`<form class="line" method="post" action="${action}">
    <button class="${kind}">${label}</button>
  </form>`;
}

export interface PageOf<T> {
  readonly items: readonly T[];
  readonly links: Html | null;
}

const pageSize = 50;

/** The page of a long list that `?page=` requests, with links to the neighbouring pages. */
export function pageOf<T>(all: readonly T[], query: URLSearchParams): PageOf<T> {
  const last = Math.max(1, Math.ceil(all.length / pageSize));
  const page = Math.min(last, Math.max(1, Math.trunc(Number(query.get('page') ?? 1)) || 1));
  const link = (number: number, label: string): Html => {
    const parameters = new URLSearchParams(query);
    parameters.set('page', String(number));
    return html`<a class="button" href="?${parameters.toString()}">${label}</a>`;
  };
  const links = html`<p class="pages">
    <span>Page ${page} of ${last}</span>
    ${page > 1 ? link(page - 1, 'Previous') : null} ${page < last ? link(page + 1, 'Next') : null}
  </p>`;
  return { items: all.slice((page - 1) * pageSize, page * pageSize), links: last === 1 ? null : links };
}
