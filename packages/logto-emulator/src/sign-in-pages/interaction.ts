import { html } from '@latchkey/emulator-kit';
import type { Context } from 'koa';
import { errors, type Interaction, type InteractionResults } from 'oidc-provider';
import { z } from 'zod';
import type { Application } from '../directory/records.ts';
import type { Logto } from '../logto.ts';
import { callerOf, type InteractionEvent, type InteractionMeta } from '../webhooks/payloads.ts';
import { textOf } from './i18n.ts';
import { showPage } from './render-page.ts';

const unknownSession = '/unknown-session';

/** Where Logto sends a browser without a current sign-in. */
export const toUnknownSession = (logto: Logto, ctx: Context): void =>
  ctx.redirect(`${logto.endpoint}${unknownSession}`);

/** The sign-in has expired, or never began. */
export function expiredSignInPage(ctx: Context): void {
  const text = textOf(ctx);
  ctx.status = ctx.path === unknownSession ? 200 : 400;
  showPage(ctx, {
    title: text.lostSession,
    body: html`<p>${text.lostSessionNote}</p>
      <p class="aside"><a href="/console">${text.console}</a></p>`,
  });
}

/** Undefined when there is no current sign-in. */
export async function interactionOf(logto: Logto, ctx: Context): Promise<Interaction | undefined> {
  try {
    return await logto.provider().interactionDetails(ctx.req, ctx.res);
  } catch (error) {
    if (error instanceof errors.SessionNotFound) return undefined;
    throw error;
  }
}

export function applicationOf({ directory }: Logto, { params }: Interaction): Application | undefined {
  return directory.applications.get(String(params['client_id']));
}

export function metaOf(
  logto: Logto,
  ctx: Context,
  [interaction, event]: readonly [Interaction, InteractionEvent],
): InteractionMeta {
  return {
    interactionEvent: event,
    sessionId: interaction.jti,
    ...callerOf(ctx),
    application: applicationOf(logto, interaction),
  };
}

export async function finish(logto: Logto, ctx: Context, result: InteractionResults): Promise<void> {
  const target = await logto
    .provider()
    .interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: true });
  ctx.status = 303;
  ctx.redirect(target);
}

const missing = z.object({
  missingOIDCScope: z.array(z.string()).default([]),
  missingOIDCClaims: z.array(z.string()).default([]),
  missingResourceScopes: z.record(z.string(), z.array(z.string())).default({}),
});

/** Grants all requested scopes without a page, as Logto does for first-party applications. */
export async function consent(logto: Logto, ctx: Context): Promise<void> {
  const interaction = await interactionOf(logto, ctx);
  if (interaction?.session === undefined) {
    expiredSignInPage(ctx);
    return;
  }
  const { accountId } = interaction.session;
  const clientId = String(interaction.params['client_id']);
  const { Grant } = logto.provider();
  const existing = interaction.grantId === undefined ? undefined : await Grant.find(interaction.grantId);
  const grant = existing ?? new Grant({ accountId, clientId });
  const requested = missing.parse(interaction.prompt.details);
  grant.addOIDCScope(requested.missingOIDCScope);
  grant.addOIDCClaims(requested.missingOIDCClaims);
  for (const [resource, scopes] of Object.entries(requested.missingResourceScopes))
    grant.addResourceScope(resource, scopes);
  const grantId = await grant.save();

  const user = logto.directory.users.get(accountId);
  if (user !== undefined && user.applicationId === null) {
    logto.directory.users.put(user.id, { ...user, applicationId: clientId, updatedAt: logto.clock.now() });
  }
  await finish(logto, ctx, { consent: { grantId } });
}
