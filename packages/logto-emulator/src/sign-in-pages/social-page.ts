import { createHash } from 'node:crypto';
import { html, type Html } from '@latchkey/emulator-kit';
import type { Context } from 'koa';
import type { Interaction } from 'oidc-provider';
import { z } from 'zod';
import type { User } from '../directory/records.ts';
import { showUser, initialOf } from '../directory/users.ts';
import type { Logto } from '../logto.ts';
import { eventDuringInteraction } from '../webhooks/payloads.ts';
import { completeSignIn, completeSignUp } from './complete-sign-in.ts';
import { findByIdentifier } from './credentials.ts';
import { alert, field } from './form.ts';
import { type ErrorName, type Translation, textOf } from './i18n.ts';
import { metaOf } from './interaction.ts';
import { showPage } from './render-page.ts';

const identity = z.object({ email: z.string().default(''), name: z.string().default('') });

/** `google` → `Google`. */
const providerName = (target: string): string => initialOf(target) + target.slice(1);

export function socialButtons({ settings }: Logto, ctx: Context, text: Translation): Html | null {
  const targets = settings.signInExperience().socialSignInConnectorTargets;
  if (targets.length === 0) return null;
  return html`<div class="or">${text.or}</div>
    <div class="stack">
      ${targets.map(
        (target) =>
          html`<a class="button" href="/direct/social/${encodeURIComponent(target)}${ctx.search}"
            >${text.continueWith(providerName(target))}</a
          >`,
      )}
    </div>`;
}

interface Shown {
  readonly target: string;
  readonly email?: string;
  readonly name?: string;
  readonly error?: ErrorName;
}

/** Accepts any claimed identity. */
export function socialPage(
  logto: Logto,
  ctx: Context,
  { target, email = '', name = '', error }: Shown,
): void {
  const text = textOf(ctx);
  const provider = providerName(target);
  const known = [...logto.directory.users.values()].filter((user) => target in user.identities).slice(0, 6);
  const action = `/direct/social/${encodeURIComponent(target)}${ctx.search}`;
  const suspended = error === 'suspended' ? text.errors.suspended : undefined;
  ctx.status = error === undefined ? 200 : 422;
  showPage(ctx, {
    title: text.chooseIdentity(provider),
    application: text.fakeProvider(provider),
    body: html`<p class="muted">${text.fakeProviderNote(provider)}</p>
      ${alert(suspended)}
      <form class="stack" method="post" action="${action}">
        ${known.map((user) => {
          const address = user.primaryEmail ?? '';
          return html`<button class="person" name="email" value="${address}">
            <span class="mono" aria-hidden="true">${initialOf(user.name ?? address)}</span
            ><span>${address}</span>
          </button>`;
        })}
      </form>
      <form method="post" action="${action}">
        ${field({
          name: 'email',
          label: text.email,
          type: 'email',
          value: email,
          autocomplete: 'email',
          error: error === 'emailInvalid' ? text.errors[error] : undefined,
          autofocus: true,
        })}
        ${field({ name: 'name', label: text.name, value: name, autocomplete: 'name', optional: true })}
        <button class="primary" type="submit">${text.continue}</button>
      </form>`,
  });
}

/** Found by the identity or else by its email (`isNew`: not linked yet). */
function linked(
  logto: Logto,
  target: string,
  given: { email: string; userId: string },
): { user: User; isNew: boolean } | undefined {
  for (const user of logto.directory.users.values()) {
    if (user.identities[target]?.userId === given.userId) return { user, isNew: false };
  }
  const byEmail = findByIdentifier(logto.directory, { type: 'email', value: given.email });
  return byEmail === undefined ? undefined : { user: byEmail, isNew: true };
}

export async function submitSocial(
  logto: Logto,
  ctx: Context,
  [interaction, target]: readonly [Interaction, string],
): Promise<void> {
  const given = identity.parse(ctx.request.body ?? {});
  const email = given.email.trim();
  const name = given.name.trim() || null;
  if (!/^\S+@\S+\.\S+$/.test(email)) return socialPage(logto, ctx, { target, email, error: 'emailInvalid' });
  const userId = createHash('sha256').update(`${target}/${email.toLowerCase()}`).digest('hex').slice(0, 21);
  const own = { [target]: { userId, details: { id: userId, email, ...(name === null ? {} : { name }) } } };
  const found = linked(logto, target, { email, userId });
  if (found === undefined)
    return completeSignUp(logto, ctx, [interaction, { primaryEmail: email, name, identities: own }]);
  if (found.user.isSuspended) return socialPage(logto, ctx, { target, email, error: 'suspended' });
  if (!found.isNew) return completeSignIn(logto, ctx, [interaction, found.user]);

  const user: User = {
    ...found.user,
    identities: { ...found.user.identities, ...own },
    updatedAt: logto.clock.now(),
  };
  logto.directory.users.put(user.id, user);
  const meta = metaOf(logto, ctx, [interaction, 'SignIn']);
  void logto.webhooks.raise([
    eventDuringInteraction(['User.Data.Updated', { data: showUser(user) }], meta, logto.clock.now()),
  ]);
  return completeSignIn(logto, ctx, [interaction, user]);
}
