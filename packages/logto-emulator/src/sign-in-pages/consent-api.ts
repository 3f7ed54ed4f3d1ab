import { Router } from '@koa/router';
import type { Context } from 'koa';
import { z } from 'zod';
import type { Logto } from '../logto.ts';
import { input } from '../management/input.ts';
import { consentInfo, consenting, grantConsent } from './consent.ts';
import { interactionOf, sessionNotFound } from './interaction.ts';

const submission = z.object({ organizationIds: z.array(z.string()).optional() });

/** For custom consent pages of third-party applications. */
export function consentApi(logto: Logto): Router {
  const router = new Router({ prefix: '/api/interaction' });
  router.get('/consent', async (ctx: Context) => {
    const interaction = await interactionOf(logto, ctx);
    if (interaction === undefined) sessionNotFound(ctx);
    else ctx.body = consentInfo(logto, await consenting(logto, interaction));
  });
  router.post('/consent', async (ctx: Context) => {
    const interaction = await interactionOf(logto, ctx);
    if (interaction === undefined) return sessionNotFound(ctx);
    const { organizationIds = [] } = input(submission, ctx.request.body);
    const from = await consenting(logto, interaction);
    ctx.body = { redirectTo: await grantConsent(logto, ctx, [from, organizationIds]) };
  });
  return router;
}
