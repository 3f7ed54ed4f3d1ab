import { html, icons, raw, type Html } from '@latchkey/emulator-kit';
import type { Translation } from './i18n.ts';

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly type?: 'text' | 'password' | 'email';
  readonly value?: string | undefined;
  /** For password managers and browsers. */
  readonly autocomplete: string;
  readonly hint?: string;
  readonly error?: string | undefined;
  readonly autofocus?: boolean;
  readonly optional?: boolean;
  /** Checked before the form is sent. */
  readonly shape?: { readonly pattern: string; readonly message: string };
  readonly shortest?: number;
  /** Digits only: phones show a numeric keypad. */
  readonly numeric?: boolean;
  /** Without labels, there is no button to show the password. */
  readonly reveal?: readonly [show: string, hide: string];
}

function flags({ name, hint, error, autofocus, optional, shape, shortest, numeric }: Field): Html[] {
  return [
    ...(error === undefined
      ? hint === undefined
        ? []
        : [html` aria-describedby="${name}-hint"`]
      : [html` aria-describedby="${name}-error" aria-invalid="true"`]),
    ...(autofocus === true ? [html` autofocus`] : []),
    ...(optional === true ? [] : [html` required`]),
    ...(shape === undefined ? [] : [html` pattern="${shape.pattern}" title="${shape.message}"`]),
    ...(shortest === undefined ? [] : [html` minlength="${String(shortest)}"`]),
    ...(numeric === true ? [html` inputmode="numeric" pattern="[0-9 ]*"`] : []),
  ];
}

/** Screen readers announce the input's hint, or its error and hint in one line. */
export function field(given: Field): Html {
  const { name, label, type = 'text', value = '', autocomplete, hint, error, shape, reveal } = given;
  const [show, hide] = reveal ?? [];
  return html`<div class="field">
    <div class="row">
      <label for="${name}">${label}</label>
      ${show === undefined ? null : html`<button type="button" class="reveal" hidden data-for="${name}" data-hide="${hide}" aria-pressed="false">${show}</button>`}
    </div>
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      value="${value}"
      autocomplete="${autocomplete}"
      autocapitalize="none"
      spellcheck="false"
      ${flags(given)}
    />
    ${
      error === undefined
        ? hint && html`<p class="hint" id="${name}-hint">${hint}</p>`
        : html`<p class="error" id="${name}-error">${icons.warning}<span>${error} ${hint}</span></p>`
    }
    ${shape && html`<p class="error" role="status" hidden data-shape="${name}">${icons.warning}<span>${shape.message}</span></p>`}
  </div>`;
}

export function newPasswordField(text: Translation, minimum: number, error: string | undefined): Html {
  return field({
    name: 'password',
    label: text.newPassword,
    type: 'password',
    autocomplete: 'new-password',
    hint: text.passwordHint(minimum),
    error,
  });
}

/** Shows and hides passwords. Without scripts the buttons stay hidden. */
export const revealScript = `for(const b of document.querySelectorAll('.reveal')){b.hidden=false;const show=b.textContent;b.onclick=()=>{const i=document.getElementById(b.dataset.for);const on=i.type==='password';i.type=on?'text':'password';b.textContent=on?b.dataset.hide:show;b.setAttribute('aria-pressed',String(on))}}`;

/** Shows a field's message as soon as the value does not match the pattern. */
export const shapeScript = `for(const p of document.querySelectorAll('[data-shape]')){const i=document.getElementById(p.dataset.shape);i.addEventListener('input',()=>{p.hidden=!i.validity.patternMismatch})}`;

/** Announced when the page loads. */
export function alert(message: string | undefined): Html | null {
  return message === undefined
    ? null
    : html`<div class="alert" role="alert">${icons.warning}<span>${message}</span></div>`;
}

export function notice(message: string | undefined): Html | null {
  return message === undefined
    ? null
    : html`<div class="alert good" role="status">${icons.done}<span>${message}</span></div>`;
}

/** The email that Logto would have sent. */
export function inbox(text: Translation, recipient: string, code: string | undefined): Html {
  return html`<section class="inbox" aria-label="${text.inbox}">
    <p class="eyebrow">${text.inbox}</p>
    ${
      code === undefined
        ? html`<p>${text.inboxEmpty(recipient)}</p>`
        : html`<p>${text.inboxCode(recipient)}</p>
            <p class="code"><code>${raw(code)}</code></p>`
    }
  </section>`;
}
