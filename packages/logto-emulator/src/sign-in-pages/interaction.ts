import { html } from '@latchkey/emulator-kit';
import type { Context } from 'koa';
import { errors, type Interaction, type InteractionResults } from 'oidc-provider';
import { isCimdClientId } from '../directory/consent-scopes.ts';
import type { Application } from '../directory/records.ts';
import type { Logto } from '../logto.ts';
import { RequestError } from '../management/request-error.ts';
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
  const clientId = String(interaction.params['client_id']);
  return {
    interactionEvent: event,
    sessionId: interaction.jti,
    ...callerOf(ctx),
    application: applicationOf(logto, interaction),
    cimdClientId: isCimdClientId(clientId) ? clientId : undefined,
  };
}

/** Returns where the browser continues. */
export const resume = (logto: Logto, ctx: Context, result: InteractionResults): Promise<string> =>
  logto.provider().interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: true });

export async function finish(logto: Logto, ctx: Context, result: InteractionResults): Promise<void> {
  const target = await resume(logto, ctx, result);
  ctx.status = 303;
  ctx.redirect(target);
}

/** The answer of the APIs for sign-in pages without a current sign-in. */
export function sessionNotFound(ctx: Context): void {
  const { code, message } = new RequestError('session.not_found');
  ctx.status = 400;
  ctx.body = {
    code,
    message,
    error: 'invalid_request',
    error_description: 'interaction session not found',
  };
}
