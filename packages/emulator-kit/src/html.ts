/** Markup in which every interpolated value is escaped, unless it is `Html` already. */
export interface Html {
  readonly markup: string;
}

type Value = Html | string | number | boolean | null | undefined | readonly Value[];

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function render(value: Value): string {
  if (value === null || value === undefined || typeof value === 'boolean') return '';
  if (typeof value === 'string') return value.replace(/[&<>"']/g, (character) => escapes[character] ?? '');
  if (typeof value === 'number') return String(value);
  if ('markup' in value) return value.markup;
  return value.map(render).join('');
}

/** `null`, `undefined` and booleans render as nothing; arrays are concatenated. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return { markup: strings.reduce((markup, part, index) => markup + render(values[index - 1]) + part) };
}

/** Not escaped. Only for constants of this repository: style sheets, scripts, icons. */
export function raw(markup: string): Html {
  return { markup };
}

function icon(paths: string): Html {
  return raw(
    `<svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${paths}</svg>`,
  );
}

const ring = '<circle cx="8" cy="8" r="6.5"/>';

/** Assistive technology ignores icons: always show their meaning as text, too. */
export const icons = {
  check: icon('<path d="m3.5 8.5 3 3 6-7"/>'),
  done: icon(`${ring}<path d="m5.3 8.2 1.9 1.9 3.6-4"/>`),
  failed: icon(`${ring}<path d="m5.8 5.8 4.4 4.4M10.2 5.8l-4.4 4.4"/>`),
  waiting: icon(`${ring}<path d="M8 4.5V8l2.3 1.6"/>`),
  warning: icon(`${ring}<path d="M8 4.8v3.7M8 11.1v.1"/>`),
};

/** The logo: a latchkey in one stroke. */
export const latchkey = raw(
  '<svg width="20" height="20" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.25" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path transform="rotate(-45 12 12)" d="M21.5 16V12h-4.25v3-3h-6.5a4.25 4.25 0 1 1-8.5 0 4.25 4.25 0 1 1 8.5 0"/></svg>',
);
