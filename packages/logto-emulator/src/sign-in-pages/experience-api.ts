import { Router } from '@koa/router';
import type { Context } from 'koa';
import type { Interaction } from 'oidc-provider';
import { z } from 'zod';
import { standardId } from '../directory/identifiers.ts';
import type { User } from '../directory/records.ts';
import type { Logto } from '../logto.ts';
import { input } from '../management/input.ts';
import { RequestError } from '../management/request-error.ts';
import { completeSignIn, startSignUp } from './complete-sign-in.ts';
import { identifierError, type Identifier, passwordError } from './credentials.ts';
import { interactionOf, sessionNotFound } from './interaction.ts';
import { authenticate } from './sign-in-page.ts';

const start = z.object({ interactionEvent: z.enum(['SignIn', 'Register', 'ForgotPassword']) });
const credentials = z.object({
  identifier: z.object({ type: z.enum(['username', 'email', 'phone']), value: z.string().min(1) }),
  password: z.string().min(1),
});
const identification = z.object({ verificationId: z.string() });

/** Lost when the emulator restarts. */
interface Progress {
  readonly verificationId?: string;
  readonly identifier?: Identifier;
  /** The user to sign in, or the password of the user to create. */
  readonly verified?: User | string;
  /** Set when the user has been identified. */
  readonly submit?: (ctx: Context) => Promise<void>;
}

const refusals = {
  locked: ['session.verification_blocked_too_many_attempts', 400],
  invalidCredentials: ['session.invalid_credentials', 422],
  suspended: ['user.suspended', 401],
} as const;

function checkNew({ directory }: Logto, identifier: Identifier): void {
  const wrong = identifierError(directory, identifier);
  if (wrong === 'usernameTaken') throw new RequestError('user.username_already_in_use', 422);
  if (wrong === 'emailTaken') throw new RequestError('user.email_already_in_use', 422);
  if (wrong !== undefined) throw new RequestError('guard.invalid_input', 400, { type: 'body' });
}

/** For custom sign-in pages; limited to usernames, emails and passwords. */
export function experienceApi(logto: Logto): Router {
  const router = new Router({ prefix: '/api/experience' });
  const progress = new Map<string, Progress>();

  /** All requests need a current sign-in, and all but the first (PUT) one that this API has started. */
  const during =
    (handle: (ctx: Context, interaction: Interaction, done: Progress) => void | Promise<void>) =>
    async (ctx: Context) => {
      const interaction = await interactionOf(logto, ctx);
      if (interaction !== undefined && (ctx.method === 'PUT' || progress.has(interaction.uid))) {
        await handle(ctx, interaction, progress.get(interaction.uid) ?? {});
        return;
      }
      sessionNotFound(ctx);
    };
  const verified = (ctx: Context, { uid }: Interaction, found: Progress): void => {
    const verificationId = standardId();
    progress.set(uid, { ...found, verificationId });
    ctx.body = { verificationId };
  };

  router.put(
    '/',
    during((ctx, { uid }) => {
      input(start, ctx.request.body);
      progress.set(uid, {});
      ctx.status = 204;
    }),
  );
  router.post(
    '/verification/password',
    during((ctx, interaction) => {
      const { identifier, password } = input(credentials, ctx.request.body);
      const user = authenticate(logto, ctx, [interaction, identifier, password]);
      if (typeof user === 'string') {
        const [code, status] = refusals[user];
        throw new RequestError(code, status);
      }
      verified(ctx, interaction, { identifier, verified: user });
    }),
  );
  router.post(
    '/verification/new-password-identity',
    during((ctx, interaction) => {
      const { identifier, password } = input(credentials, ctx.request.body);
      checkNew(logto, identifier);
      if (passwordError(logto, password) !== undefined) throw new RequestError('password.rejected', 422);
      verified(ctx, interaction, { identifier, verified: password });
    }),
  );
  router.post(
    '/identification',
    during((ctx, interaction, done) => {
      const { verificationId } = input(identification, ctx.request.body);
      const { identifier, verified: who } = done;
      if (who === undefined || identifier === undefined || verificationId !== done.verificationId)
        throw new RequestError('session.verification_session_not_found', 404);
      let submit: Progress['submit'];
      if (typeof who === 'string') {
        checkNew(logto, identifier);
        const name = identifier.type === 'email' ? 'primaryEmail' : 'username';
        submit = startSignUp(logto, ctx, [interaction, { [name]: identifier.value, password: who }]);
        ctx.status = 201;
      } else {
        const proof = { type: 'Password', identifier: { ...identifier } } as const;
        submit = (ctx) => completeSignIn(logto, ctx, [interaction, who, proof]);
        ctx.status = 204;
      }
      progress.set(interaction.uid, { ...done, submit });
    }),
  );
  router.post(
    '/submit',
    during(async (ctx, { uid }, { submit }) => {
      if (submit === undefined) throw new RequestError('session.identifier_not_found', 404);
      progress.delete(uid);
      await submit(ctx);
      // A script sends this request, so it gets the address instead of a redirect.
      const { location: redirectTo } = ctx.response.headers;
      ctx.remove('location');
      ctx.status = 200;
      ctx.body = { redirectTo };
    }),
  );
  return router;
}
