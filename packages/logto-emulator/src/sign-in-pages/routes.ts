import { Router } from '@koa/router';
import type { Context } from 'koa';
import type { Interaction } from 'oidc-provider';
import { z } from 'zod';
import type { Invitation } from '../directory/records.ts';
import type { Logto } from '../logto.ts';
import { input } from '../management/input.ts';
import { consent } from './consent.ts';
import { findUser } from '../directory/find-user.ts';
import { interactionOf } from './interaction.ts';
import { invitationPage, submitInvitation } from './invitation-page.ts';
import { expiredSignInPage, toUnknownSession } from './expired-sign-in-page.ts';
import { registerPage, submitRegister } from './register-page.ts';
import { confirmReset, requestReset, resetPasswordPage } from './reset-password-page.ts';
import { completeSignIn } from './complete-sign-in.ts';
import { signInPage, submitSignIn } from './sign-in-page.ts';
import { socialPage, submitSocial } from './social-page.ts';

const chosen = z.object({ user: z.string() });

const target = (ctx: Context): string => decodeURIComponent(ctx.path.split('/').at(-1) ?? '');

/** The sign-in pages: from the application's redirect to `/oidc/auth` until the browser returns to it. */
export function signInPageRoutes(logto: Logto): Router {
  const router = new Router();

  /** A page that requires a current sign-in. */
  const withInteraction =
    (handle: (ctx: Context, interaction: Interaction) => void | Promise<void>) => async (ctx: Context) => {
      const interaction = await interactionOf(logto, ctx);
      if (interaction !== undefined) await handle(ctx, interaction);
      else if (ctx.method === 'GET') toUnknownSession(logto, ctx);
      else expiredSignInPage(ctx);
    };

  router.get('/', (ctx: Context) => toUnknownSession(logto, ctx));
  router.get('/unknown-session', expiredSignInPage);
  router.get(
    '/sign-in',
    withInteraction((ctx, interaction) => signInPage(logto, ctx, [interaction, {}])),
  );
  router.post(
    '/sign-in',
    withInteraction((ctx, interaction) => submitSignIn(logto, ctx, interaction)),
  );
  router.get(
    '/register',
    withInteraction((ctx, interaction) => registerPage(logto, ctx, [interaction, {}])),
  );
  router.post(
    '/register',
    withInteraction((ctx, interaction) => submitRegister(logto, ctx, interaction)),
  );
  /** Signs in a user that the application or the emulator's settings name. */
  router.get(
    '/sign-in/as',
    withInteraction(async (ctx, interaction) => {
      const named = interaction.params['emulator_user'];
      const user = findUser(logto.directory, typeof named === 'string' ? named : (logto.signInAs() ?? ''));
      if (user === undefined) signInPage(logto, ctx, [interaction, { error: 'invalidCredentials' }]);
      else if (user.isSuspended) signInPage(logto, ctx, [interaction, { error: 'suspended' }]);
      else await completeSignIn(logto, ctx, [interaction, user]);
    }),
  );
  router.get(
    '/reset-password',
    withInteraction((ctx, interaction) => resetPasswordPage(logto, ctx, [interaction, {}])),
  );
  router.post(
    '/reset-password',
    withInteraction((ctx, interaction) => requestReset(logto, ctx, interaction)),
  );
  router.post(
    '/reset-password/confirm',
    withInteraction((ctx, interaction) => confirmReset(logto, ctx, interaction)),
  );

  router.get(
    '/direct/social/:target',
    withInteraction((ctx) => socialPage(logto, ctx, { target: target(ctx) })),
  );
  router.post(
    '/direct/social/:target',
    withInteraction((ctx, interaction) => submitSocial(logto, ctx, [interaction, target(ctx)])),
  );

  /** Links of invitations in the emulator's inbox. They need no current sign-in. */
  const withInvitation = (handle: (ctx: Context, invitation: Invitation) => void) => (ctx: Context) => {
    const invitation = logto.directory.invitations.get(ctx.path.split('/').at(-1) ?? '');
    if (invitation !== undefined) handle(ctx, invitation);
  };
  router.get(
    '/invitations/:id',
    withInvitation((ctx, invitation) => invitationPage(logto, ctx, [invitation])),
  );
  router.post(
    '/invitations/:id',
    withInvitation((ctx, invitation) => submitInvitation(logto, ctx, invitation)),
  );
  router.get('/consent', (ctx: Context) => consent(logto, ctx));
  router.post(
    '/sign-in/as',
    withInteraction(async (ctx, interaction) => {
      const user = logto.directory.users.get(input(chosen, ctx.request.body).user);
      if (user === undefined || user.isSuspended)
        signInPage(logto, ctx, [interaction, { error: 'suspended' }]);
      else await completeSignIn(logto, ctx, [interaction, user]);
    }),
  );
  return router;
}
