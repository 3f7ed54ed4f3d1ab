import { html, icons, type Html } from '@latchkey/emulator-kit';
import type { Context } from 'koa';
import { z } from 'zod';
import { ceilingOf, isCimdClientId } from '../directory/consent-scopes.ts';
import { nameOf } from '../directory/users.ts';
import type { Logto } from '../logto.ts';
import { organizationsResource } from '../oidc/resource-servers.ts';
import {
  consentAutomatically,
  consentInfo,
  consenting,
  grantConsent,
  type MissingScopes,
} from './consent.ts';
import { textOf, type Translation } from './i18n.ts';
import { expiredSignInPage, interactionOf } from './interaction.ts';
import { showPage } from './render-page.ts';

const form = z.object({ organization: z.string().optional() });

type Info = ReturnType<typeof consentInfo>;

const inWords = ({ resource, scopes }: MissingScopes): Html[] =>
  resource.id === organizationsResource
    ? []
    : scopes.map(({ name, description }) => html`<li>${description || name}</li>`);

function scopeList({ missingOIDCScope, missingResourceScopes }: Info, text: Translation): Html | null {
  const words: Readonly<Record<string, string>> = text.userScopes;
  const items = [
    ...missingResourceScopes.flatMap(inWords),
    ...missingOIDCScope.map((scope) => html`<li>${words[scope] ?? scope}</li>`),
  ];
  return items.length === 0 ? null : html`<ul class="scopes">${items}</ul>`;
}

function organizationChoice({ organizations }: Info, text: Translation): Html | null {
  if (organizations.length === 0) return null;
  const choice = (
    { id, name, missingResourceScopes }: Info['organizations'][number],
    index: number,
  ): Html => {
    const scopes = missingResourceScopes.flatMap(inWords);
    return html`<label class="choice">
      <input type="radio" name="organization" value="${id}" ${index === 0 ? html`checked` : null} />
      <span
        ><b>${name}</b>${scopes.length === 0 ? null : html`<ul class="scopes">${scopes}</ul>`}</span
      >
    </label>`;
  };
  return html`<fieldset>
    <legend>${text.consentOrganization}</legend>
    ${organizations.map(choice)}
  </fieldset>`;
}

const unregistered = (id: string, text: Translation): Html | null =>
  isCimdClientId(id)
    ? html`<div class="alert warn" role="note">
        ${icons.warning}<span>${text.unregistered(new URL(id).host)}</span>
      </div>`
    : null;

function consentPage(ctx: Context, info: Info): void {
  const text = textOf(ctx);
  const { application, user, redirectUri } = info;
  const name = application.name || new URL(application.id).host;
  const { origin, protocol } = URL.parse(redirectUri ?? '') ?? {};
  const target = origin === 'null' ? protocol : origin;
  showPage(ctx, {
    title: text.authorize(name),
    application: name,
    body: html`${unregistered(application.id, text)}
      <p>${text.signedInAs(nameOf(user))}</p>
      <form method="post" action="/consent${ctx.search}">
        <p>${text.requests(name)}</p>
        ${scopeList(info, text)} ${organizationChoice(info, text)}
        <button class="primary" type="submit">${text.allow}</button>
      </form>
      ${redirectUri === undefined ? null : html`<p class="tight"><a class="button" href="${redirectUri}">${text.cancel}</a></p>`}
      ${target === undefined ? null : html`<p class="aside">${text.redirectTo(target)}</p>`}`,
  });
}

async function redirect(ctx: Context, target: Promise<string>): Promise<void> {
  const location = await target;
  ctx.status = 303;
  ctx.redirect(location);
}

/** First-party applications, and requests that name their user (`emulator_user`), need no page. */
export async function consent(logto: Logto, ctx: Context): Promise<void> {
  const interaction = await interactionOf(logto, ctx);
  if (interaction?.session === undefined) return expiredSignInPage(ctx);
  const from = await consenting(logto, interaction);
  if (ceilingOf(logto.directory, from.client.clientId) === undefined)
    return redirect(ctx, consentAutomatically(logto, ctx, from));
  const { emulator_user: named, organization_id: organizationId, ui_locales: locales } = interaction.params;
  if (typeof locales === 'string') ctx.query = { ...ctx.query, ui_locales: locales };
  if (typeof named !== 'string') return consentPage(ctx, consentInfo(logto, from));
  const organizationIds = typeof organizationId === 'string' ? [organizationId] : [];
  return redirect(ctx, grantConsent(logto, ctx, [from, organizationIds]));
}

export async function submitConsent(logto: Logto, ctx: Context): Promise<void> {
  const interaction = await interactionOf(logto, ctx);
  if (interaction?.session === undefined) return expiredSignInPage(ctx);
  const { organization } = form.parse(ctx.request.body ?? {});
  const from = await consenting(logto, interaction);
  return redirect(ctx, grantConsent(logto, ctx, [from, organization === undefined ? [] : [organization]]));
}
