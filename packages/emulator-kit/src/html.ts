/** Markup that is safe to send: every interpolated value is escaped, unless it is `Html` already. */
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

/** Builds server-rendered markup. `null`, `undefined` and booleans render as nothing; arrays are concatenated. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return { markup: strings.reduce((markup, part, index) => markup + render(values[index - 1]) + part) };
}

/** Takes markup without escaping it. Only for constants of this repository: style sheets, scripts, icons. */
export function raw(markup: string): Html {
  return { markup };
}
