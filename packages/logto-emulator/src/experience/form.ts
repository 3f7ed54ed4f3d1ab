import { html, raw, type Html } from '@latchkey/emulator-kit';
import { done, warning } from './icons.ts';
import type { Words } from './words.ts';

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly type?: 'text' | 'password' | 'email';
  readonly value?: string | undefined;
  /** What password managers and browsers fill in. */
  readonly autocomplete: string;
  readonly hint?: string;
  readonly error?: string | undefined;
  readonly autofocus?: boolean;
  readonly optional?: boolean;
  /** Digits only: phones show their keypad. */
  readonly numeric?: boolean;
  /** What the button that shows and hides a password says; there is none without it. */
  readonly reveal?: readonly [show: string, hide: string];
}

function flags({ name, hint, error, autofocus, optional, numeric }: Field): Html[] {
  const described = [
    ...(error === undefined ? [] : [`${name}-error`]),
    ...(hint === undefined ? [] : [`${name}-hint`]),
  ];
  return [
    ...(described.length > 0 ? [html` aria-describedby="${described.join(' ')}"`] : []),
    ...(error === undefined ? [] : [html` aria-invalid="true"`]),
    ...(autofocus === true ? [html` autofocus`] : []),
    ...(optional === true ? [] : [html` required`]),
    ...(numeric === true ? [html` inputmode="numeric" pattern="[0-9 ]*"`] : []),
  ];
}

/** A labelled input; hint and error are announced with it. */
export function field(given: Field): Html {
  const { name, label, type = 'text', value = '', autocomplete, hint, error, reveal } = given;
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
    ${error === undefined ? null : html`<p class="error" id="${name}-error">${warning}<span>${error}</span></p>`}
    ${hint === undefined ? null : html`<p class="hint" id="${name}-hint">${hint}</p>`}
  </div>`;
}

/** Shows and hides passwords. The buttons stay hidden where scripts do not run. */
export const revealScript = `for(const b of document.querySelectorAll('.reveal')){b.hidden=false;const show=b.textContent;b.onclick=()=>{const i=document.getElementById(b.dataset.for);const on=i.type==='password';i.type=on?'text':'password';b.textContent=on?b.dataset.hide:show;b.setAttribute('aria-pressed',String(on))}}`;

/** What concerns the whole form; announced when the page arrives. */
export function alert(message: string | undefined): Html | null {
  return message === undefined
    ? null
    : html`<div class="alert" role="alert">${warning}<span>${message}</span></div>`;
}

/** Something that went well. */
export function notice(message: string | undefined): Html | null {
  return message === undefined
    ? null
    : html`<div class="alert good" role="status">${done}<span>${message}</span></div>`;
}

/** The mail that would have been sent, in the emulator's own voice. */
export function inbox(text: Words, recipient: string, code: string | undefined): Html {
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
