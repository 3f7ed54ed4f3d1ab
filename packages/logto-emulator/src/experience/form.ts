import { html, type Html } from '@latchkey/emulator-kit';
import { warning } from './page.ts';

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly type?: 'text' | 'password';
  readonly value?: string | undefined;
  /** What password managers and browsers fill in. */
  readonly autocomplete: string;
  readonly hint?: string;
  readonly error?: string | undefined;
  readonly autofocus?: boolean;
}

/** A labelled input; hint and error are announced with it. */
export function field({
  name,
  label,
  type = 'text',
  value = '',
  autocomplete,
  hint,
  error,
  autofocus = false,
}: Field): Html {
  const described = [error === undefined ? '' : `${name}-error`, hint === undefined ? '' : `${name}-hint`]
    .filter(Boolean)
    .join(' ');
  const flags = [
    described && html` aria-describedby="${described}"`,
    error !== undefined && html` aria-invalid="true"`,
    autofocus && html` autofocus`,
  ];
  return html`<div class="field">
    <label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      value="${value}"
      autocomplete="${autocomplete}"
      autocapitalize="none"
      spellcheck="false"
      required${flags}
    />
    ${error === undefined ? null : html`<p class="error" id="${name}-error">${warning}<span>${error}</span></p>`}
    ${hint === undefined ? null : html`<p class="hint" id="${name}-hint">${hint}</p>`}
  </div>`;
}

/** What concerns the whole form; announced when the page arrives. */
export function alert(message: string | undefined): Html | null {
  return message === undefined
    ? null
    : html`<div class="alert" role="alert">${warning}<span>${message}</span></div>`;
}
