import type { Context } from 'koa';
import { errors, type Interaction, type InteractionResults } from 'oidc-provider';
import type { Application } from '../directory/records.ts';
import type { Logto } from '../logto.ts';
import type { InteractionEvent, InteractionMeta } from '../webhooks/payloads.ts';

/** The current sign-in of a browser, or undefined when there is none or it has expired. */
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

/** The part of webhook payloads that describes the sign-in. */
export function metaOf(
  logto: Logto,
  ctx: Context,
  [interaction, event]: readonly [Interaction, InteractionEvent],
): InteractionMeta {
  return {
    interactionEvent: event,
    sessionId: interaction.jti,
    userAgent: ctx.get('user-agent') || undefined,
    ip: ctx.ip,
    application: applicationOf(logto, interaction),
  };
}

/** Ends this step of the sign-in and redirects the browser. */
export async function finish(logto: Logto, ctx: Context, result: InteractionResults): Promise<void> {
  const target = await logto
    .provider()
    .interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: true });
  ctx.status = 303;
  ctx.redirect(target);
}
