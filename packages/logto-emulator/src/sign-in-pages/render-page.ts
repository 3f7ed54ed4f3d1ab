import { createHash } from 'node:crypto';
import { fontStyle, html, raw, type Html } from '@latchkey/emulator-kit';
import type { Locale } from './locale.ts';
import { initialOf } from '../directory/display-name.ts';
import { style } from './style.ts';
import { translations } from './i18n.ts';

export interface Page {
  readonly locale: Locale;
  readonly title: string;
  /** The content of the card. */
  readonly body: Html;
  /** The content below the card. */
  readonly below?: Html | null;
  /** The name of the application that the user signs in to. */
  readonly application?: string;
  /** A constant script. Every page works without it. */
  readonly script?: string;
}

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const styleHash = hash(style);
/** Not a template: the policy contains the hash of exactly this text. */
const styleElement = raw(`<style>${style}</style>`);

/** Renders a whole document. Its content security policy allows only its own style and script. */
export function renderPage({ locale, title, body, below, application, script }: Page): string {
  const text = translations[locale];
  const policy = `default-src 'none'; img-src data:; font-src 'self'; base-uri 'none'; style-src 'self' ${styleHash}; script-src ${
    script === undefined ? "'none'" : hash(script)
  }`;
  const name = application ?? text.emulator;
  const document = html`<!doctype html>
    <html lang="${locale}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta name="robots" content="noindex" />
        <meta http-equiv="content-security-policy" content="${policy}" />
        <title>${title} · ${name}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${fontStyle}" />
        ${styleElement}
      </head>
      <body>
        <main>
          <div class="card">
            <div class="app"><span class="mono" aria-hidden="true">${initialOf(name)}</span>${name}</div>
            ${body}
          </div>
          ${below}
        </main>
        <footer><b>${text.emulator}</b> · ${text.emulatorNote}</footer>
        ${script === undefined ? null : raw(`<script>${script}</script>`)}
      </body>
    </html>`;
  return document.markup;
}
