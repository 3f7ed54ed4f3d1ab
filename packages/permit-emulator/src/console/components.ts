import { html, type Html } from '@latchkey/emulator-kit';
import { allowed, denied } from './icons.ts';

type Cell = Html | string | number | null;

export interface Table {
  /** A caption for screen readers: the content of the table. */
  readonly label: string;
  readonly heads: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A table whose first column is the row header. */
export function table({ label, heads, rows }: Table): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">
    <table>
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([first, ...rest]) =>
            html`<tr>
              <th scope="row">${first}</th>
              ${rest.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

export function empty(text: Html | string): Html {
  return html`<div class="empty"><p>${text}</p></div>`;
}

export function code(text: string): Html {
  return html`<code>${text}</code>`;
}

export function chips(names: readonly string[]): Html {
  return names.length === 0
    ? html`<span class="muted">none</span>`
    : html`${names.map((name) => html`<span class="chip">${name}</span>`)}`;
}

export function decisionState(allow: boolean): Html {
  return allow
    ? html`<span class="state good">${allowed} allowed</span>`
    : html`<span class="state bad">${denied} denied</span>`;
}

/** Links to the previous and next page. Nothing when there is only one page. */
export function pager(
  { page, pageCount }: { page: number; pageCount: number },
  href: (page: number) => string,
): Html {
  if (pageCount <= 1) return html``;
  return html`<p class="pages">
    ${page > 1 ? html`<a class="button" href="${href(page - 1)}">Previous</a>` : null}
    <span>Page ${page} of ${pageCount}</span>
    ${page < pageCount ? html`<a class="button" href="${href(page + 1)}">Next</a>` : null}
  </p>`;
}

/** The time of day by the emulator's clock, with the date as a tooltip. */
export function when(iso: string): Html {
  return html`<time datetime="${iso}" title="${iso}">${iso.slice(11, 19)}</time>`;
}

export function count(number: number, one: string, many: string = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}
