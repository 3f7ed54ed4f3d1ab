import { createHash } from 'node:crypto';
import { tokens, fontStyle, html, raw, type Html } from '@latchkey/emulator-kit';
import type { Context } from 'koa';
import { initialOf } from '../directory/users.ts';
import { textOf } from './i18n.ts';

const style = `${tokens}
body{margin:0;min-height:100dvh;display:grid;grid-template-rows:1fr auto;background:var(--paper);color:var(--ink);
font:400 16px/1.5 var(--face)}
main{align-self:center;justify-self:center;width:100%;max-width:432px;padding:32px 16px}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:40px}
.card>:last-child{margin-bottom:0}
.app{display:flex;align-items:center;gap:12px;margin-bottom:24px;font-weight:500;font-size:14px;color:var(--muted)}
.mono{display:grid;place-items:center;width:40px;height:40px;border-radius:10px;background:var(--ink);color:var(--card);
font-weight:600;font-size:18px;flex:none}
h1{font-size:24px;line-height:1.25;font-weight:600;letter-spacing:-.015em;margin:0 0 24px}
h1+.muted{margin-top:-12px}
h2{font-size:16px;font-weight:600;margin:0 0 8px}
p{margin:0 0 16px}
.muted{color:var(--muted);font-size:14px}
.field{margin-bottom:16px}
label{display:block;font-size:14px;font-weight:500;margin-bottom:6px}
.row{display:flex;justify-content:space-between;align-items:baseline;gap:8px}
input:not([type=hidden]){width:100%;height:44px;padding:0 12px;font:inherit;color:inherit;background:var(--card);
border:1px solid var(--control);border-radius:6px}
input[aria-invalid=true]{border-color:var(--red)}
input:focus-visible{outline-offset:0;border-color:var(--brass-line)}
.hint,.error{font-size:13px;margin:6px 0 0}
.hint{color:var(--muted)}
.error{color:var(--red);display:flex;gap:6px}
.error[hidden]{display:none}
.error svg,.alert svg{flex:none;margin-top:2px}
.alert{display:flex;gap:8px;padding:12px;margin-bottom:16px;border-radius:8px;background:var(--red-wash);color:var(--red);font-size:14px}
button,.button{display:flex;align-items:center;justify-content:center;gap:8px;width:100%;min-height:44px;padding:8px 16px;border-radius:6px;font:inherit;font-weight:500;
cursor:pointer;border:1px solid var(--control);background:var(--card);color:inherit;text-decoration:none;transition:background 140ms ease-out}
button:hover,.button:hover{background:var(--wash)}
.primary{border-color:var(--brass-line);background:var(--brass);color:var(--on-brass);margin-top:24px}
.primary:hover{background:var(--brass-press)}
.warn{background:var(--brass-wash);color:var(--ink)}
fieldset{margin:0;padding:0;border:0}
legend{padding:0;margin-bottom:8px;font-weight:500}
.scopes{margin:0 0 16px;padding-left:20px}.scopes li+li{margin-top:4px}
.choice{display:flex;gap:12px;padding:12px;margin-bottom:8px;border:1px solid var(--line);border-radius:8px;cursor:pointer;font-size:16px;font-weight:400}
.choice:has(:checked){border-color:var(--brass-line)}
.choice input[type=radio]{width:18px;height:18px;margin:3px 0 0;flex:none;accent-color:var(--brass-line)}
.choice b{font-weight:500}.choice .scopes{margin:4px 0 0;font-size:14px;color:var(--muted)}
.good{background:var(--green-wash);color:var(--green)}
.row label{margin:0}.row{margin-bottom:6px}
.reveal{width:auto;min-height:24px;padding:0 4px;border:0;background:none;font-size:13px;color:var(--brass-ink)}
.reveal:hover{background:none;text-decoration:underline}
.tight{margin-top:16px!important}
.inbox{margin:0 0 24px;padding:12px 16px;border:1px dashed var(--control);border-radius:8px;font-size:14px}
.inbox p{margin:0}.eyebrow{font-size:12px;font-weight:500;color:var(--muted)}
.code{font-size:20px;letter-spacing:.2em;margin-top:4px!important;font-variant-numeric:tabular-nums}
.aside{margin:24px 0 0;text-align:center;font-size:14px;color:var(--muted)}
.or{display:flex;align-items:center;gap:12px;margin:24px 0 16px;color:var(--muted);font-size:13px}
.or::before,.or::after{content:'';flex:1;height:1px;background:var(--line)}
.stack{display:grid;gap:8px}
details{margin-top:16px;border:1px solid var(--line);border-radius:12px;background:var(--card);font-size:14px}
summary{padding:12px 16px;cursor:pointer;font-weight:500;border-radius:12px}
details>div{padding:0 16px 16px}
.person+.person{margin-top:-4px}
.person{justify-content:flex-start;min-height:44px;padding:6px 8px;border-color:transparent;text-align:left}
.person span{min-width:0;overflow-wrap:anywhere;line-height:1.35}
.person .mono{width:28px;height:28px;border-radius:50%;flex:none;font-size:12px;background:var(--wash);color:var(--ink);border:1px solid var(--line)}
.person small{display:block;color:var(--muted);font-size:13px}
footer{padding:16px;text-align:center;text-wrap:balance;font-size:13px;color:var(--muted)}
footer b{font-weight:500;color:var(--ink)}
@media(max-width:480px){main{padding:16px 16px 8px;align-self:start}.card{padding:24px 20px}}
`;

interface Page {
  readonly title: string;
  /** Default: the title. */
  readonly heading?: string;
  readonly body: Html;
  /** Below the card. */
  readonly below?: Html | null;
  readonly application?: string;
  /** A constant script. Every page works without it. */
  readonly script?: string;
}

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const styleHash = hash(style);
/** Not an `html` template: the content security policy contains the hash of exactly this text. */
const styleElement = raw(`<style>${style}</style>`);

/** The content security policy allows only the page's own style and script. */
export function showPage(
  ctx: Context,
  { title, heading = title, body, below, application, script }: Page,
): void {
  const text = textOf(ctx);
  const policy = `default-src 'none'; img-src data:; font-src 'self'; base-uri 'none'; style-src 'self' ${styleHash}; script-src ${
    script === undefined ? "'none'" : hash(script)
  }`;
  const name = application ?? text.emulator;
  const document = html`<!doctype html>
    <html lang="${text.locale}">
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
            <h1>${heading}</h1>
            ${body}
          </div>
          ${below}
        </main>
        <footer><b>${text.emulator}</b> · ${text.emulatorNote}</footer>
        ${script === undefined ? null : raw(`<script>${script}</script>`)}
      </body>
    </html>`;
  ctx.body = document.markup;
}
