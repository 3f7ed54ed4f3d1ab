import type { Context } from 'koa';
import { z } from 'zod';
import type { Logto } from '../logto.ts';
import { finish, interactionOf } from './interaction.ts';
import { expiredSignInPage } from './expired-sign-in-page.ts';

const missing = z.object({
  missingOIDCScope: z.array(z.string()).default([]),
  missingOIDCClaims: z.array(z.string()).default([]),
  missingResourceScopes: z.record(z.string(), z.array(z.string())).default({}),
});

/**
 * Logto consents for first-party applications: all requested scopes that the user has are granted without a page.
 */
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
