import { Router } from '@koa/router';
import type { Context } from 'koa';
import type { Interaction } from 'oidc-provider';
import { z } from 'zod';
import type { Invitation, User } from '../directory/records.ts';
import { findUser } from '../directory/users.ts';
import type { Logto } from '../logto.ts';
import { input } from '../management/input.ts';
import { completeSignIn } from './complete-sign-in.ts';
import { consent, submitConsent } from './consent-page.ts';
import { expiredSignInPage, toUnknownSession, interactionOf } from './interaction.ts';
import { invitationPage, submitInvitation } from './invitation-page.ts';
import { registerPage, submitRegister } from './register-page.ts';
import { confirmReset, requestReset, resetPasswordPage } from './reset-password-page.ts';
import { signInPage, submitSignIn } from './sign-in-page.ts';
import { socialPage, submitSocial } from './social-page.ts';

type Page = (ctx: Context, interaction: Interaction) => void | Promise<void>;

const chosen = z.object({ user: z.string() });

const target = (ctx: Context): string => decodeURIComponent(ctx.path.split('/').at(-1) ?? '');

export function signInPageRoutes(logto: Logto): Router {
  const router = new Router();

  const withInteraction = (handle: Page) => async (ctx: Context) => {
    const interaction = await interactionOf(logto, ctx);
    if (interaction !== undefined) await handle(ctx, interaction);
    else if (ctx.method === 'GET') toUnknownSession(logto, ctx);
    else expiredSignInPage(ctx);
  };

  const signInAs = async (ctx: Context, interaction: Interaction, user: User | undefined): Promise<void> => {
    if (user === undefined) signInPage(logto, ctx, [interaction, { error: 'invalidCredentials' }]);
    else if (user.isSuspended) signInPage(logto, ctx, [interaction, { error: 'suspended' }]);
    else await completeSignIn(logto, ctx, [interaction, user]);
  };

  const pages: readonly (readonly ['get' | 'post', string, Page])[] = [
    ['get', '/sign-in', (ctx, interaction) => signInPage(logto, ctx, [interaction, {}])],
    ['post', '/sign-in', (ctx, interaction) => submitSignIn(logto, ctx, interaction)],
    ['get', '/register', (ctx, interaction) => registerPage(logto, ctx, [interaction, {}])],
    ['post', '/register', (ctx, interaction) => submitRegister(logto, ctx, interaction)],
    ['get', '/reset-password', (ctx, interaction) => resetPasswordPage(logto, ctx, [interaction, {}])],
    ['post', '/reset-password', (ctx, interaction) => requestReset(logto, ctx, interaction)],
    ['post', '/reset-password/confirm', (ctx, interaction) => confirmReset(logto, ctx, interaction)],
    ['get', '/direct/social/:target', (ctx) => socialPage(logto, ctx, { target: target(ctx) })],
    [
      'post',
      '/direct/social/:target',
      (ctx, interaction) => submitSocial(logto, ctx, [interaction, target(ctx)]),
    ],
    [
      'get',
      '/sign-in/as', // A user that the application or the emulator's settings name.
      (ctx, interaction) => {
        const named = interaction.params['emulator_user'];
        const name = typeof named === 'string' ? named : (logto.signInAs() ?? '');
        return signInAs(ctx, interaction, findUser(logto.directory, name));
      },
    ],
    [
      'post',
      '/sign-in/as',
      (ctx, interaction) => {
        const { user } = input(chosen, ctx.request.body);
        return signInAs(ctx, interaction, logto.directory.users.get(user));
      },
    ],
  ];
  router.get('/', (ctx: Context) => toUnknownSession(logto, ctx));
  router.get('/unknown-session', expiredSignInPage);
  router.get('/consent', (ctx: Context) => consent(logto, ctx));
  router.post('/consent', (ctx: Context) => submitConsent(logto, ctx));
  for (const [method, path, page] of pages) router[method](path, withInteraction(page));

  /** Invitation links work without a current sign-in. */
  for (const [method, page] of [
    ['get', (ctx: Context, invitation: Invitation) => invitationPage(logto, ctx, [invitation])],
    ['post', (ctx: Context, invitation: Invitation) => submitInvitation(logto, ctx, invitation)],
  ] as const) {
    router[method]('/invitations/:id', (ctx: Context) => {
      const invitation = logto.directory.invitations.get(ctx.path.split('/').at(-1) ?? '');
      if (invitation !== undefined) page(ctx, invitation);
    });
  }
  return router;
}
