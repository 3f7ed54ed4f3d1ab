import { html, type Html } from '@latchkey/emulator-kit';
import type { Context } from 'koa';
import type { User } from '../directory/records.ts';
import type { Logto } from '../logto.ts';
import { initialOf, nameOf } from '../directory/display-name.ts';
import type { Translation } from './i18n.ts';

const shown = 6;

const button = (user: User): Html =>
  html`<button class="person" name="user" value="${user.id}">
    <span class="mono" aria-hidden="true">${initialOf(nameOf(user))}</span>
    <span>${nameOf(user)}<small>${user.primaryEmail ?? user.username}</small></span>
  </button>`;

/** A list of users to sign in with one click, without a password. It is collapsed by default. */
export function testAccounts({ directory }: Logto, ctx: Context, text: Translation): Html | null {
  const users: User[] = [];
  for (const user of directory.users.values()) {
    if (users.length === shown) break;
    if (!user.isSuspended) users.push(user);
  }
  if (users.length === 0) return null;
  return html`<details>
    <summary>${text.testAccounts}</summary>
    <div>
      <p class="muted">${text.testAccountsNote}</p>
      <form class="stack" method="post" action="/sign-in/as${ctx.search}">${users.map(button)}</form>
    </div>
  </details>`;
}
