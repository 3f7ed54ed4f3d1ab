import { Router } from '@koa/router';
import { fontPath, readFont, renderPage, type Console } from '@latchkey/emulator-kit';
import type { Context } from 'koa';
import { z } from 'zod';
import type { User } from '../directory/records.ts';
import { nameOf } from '../directory/users.ts';
import type { Logto } from '../logto.ts';
import { sendTests } from '../management/hooks.ts';
import { input } from '../management/input.ts';
import { RequestError } from '../management/request-error.ts';
import { updateUser, userProfile } from '../management/users.ts';
import { hookEvents } from '../webhooks/events.ts';
import { callerOf, managementEvent } from '../webhooks/payloads.ts';
import { applications, organization, organizations, user, users } from './directory-pages.ts';
import { delivery, hook, hooks } from './hook-pages.ts';
import { faults, inbox, openSessions, overview, sessions } from './system-pages.ts';

const lifetime = 14 * 24 * 60 * 60;

/**
 * The next application that redirects to Logto gets its response without a sign-in page. `PostSignIn` is not raised,
 * because nobody authenticated.
 */
async function signBrowserIn(logto: Logto, ctx: Context, user: User): Promise<void> {
  const provider = logto.provider();
  const oidc = provider.createContext(ctx.req, ctx.res);
  const session = await provider.Session.get(oidc);
  session.resetIdentifier();
  session.authorizations = {};
  session.loginAccount({ accountId: user.id });
  const id = await session.save(lifetime);
  oidc.cookies.set(provider.cookieName('session'), id, {
    sameSite: 'lax',
    path: '/',
    signed: true,
    overwrite: true,
    httpOnly: true,
    maxAge: lifetime * 1000,
  });
}

const shell: Console<Logto> = {
  name: 'Logto emulator',
  pages: [
    { path: '/console', name: 'Overview', show: overview },
    { path: '/console/users', name: 'Users', count: ({ directory }) => directory.users.size, show: users },
    {
      path: '/console/organizations',
      name: 'Organizations',
      count: ({ directory }) => directory.organizations.size,
      show: organizations,
    },
    {
      path: '/console/applications',
      name: 'Applications',
      count: ({ directory }) => directory.applications.size,
      show: applications,
    },
    { path: '/console/hooks', name: 'Webhooks', count: ({ directory }) => directory.hooks.size, show: hooks },
    {
      path: '/console/sessions',
      name: 'Sessions',
      count: (logto) => openSessions(logto).length,
      show: sessions,
    },
    { path: '/console/inbox', name: 'Inbox', count: ({ messages }) => messages.list().length, show: inbox },
    {
      path: '/console/faults',
      name: 'Faults and time',
      count: (logto) => logto.faults.list().length + logto.webhooks.faults.list().length,
      show: faults,
    },
    { path: '/console/organizations/:id', show: organization },
    { path: '/console/users/:id', show: user },
    { path: '/console/hooks/:id', show: hook },
    { path: '/console/deliveries/:id', show: delivery },
  ],
};

function back(ctx: Context, path: string, outcome: { done?: string; failed?: string }): void {
  ctx.status = 303;
  ctx.redirect(`${path}?${new URLSearchParams(Object.entries(outcome)).toString()}`);
}

const chosen = z.object({ event: z.enum(hookEvents) });

/** Raises the same event as the Management API. */
function toggleSuspension(logto: Logto, ctx: Context, id: string): boolean {
  const found = logto.directory.users.get(id);
  if (found === undefined) return false;
  const updated = updateUser(logto, found, { isSuspended: !found.isSuspended });
  if (updated.isSuspended) logto.instances.revokeUser(id);
  const meta = {
    ...callerOf(ctx),
    path: `/users/${id}/is-suspended`,
    method: 'PATCH',
    status: 200,
    params: { userId: id },
    matchedRoute: '/users/:userId/is-suspended',
  };
  const event = ['User.SuspensionStatus.Updated', { data: userProfile(updated) }] as const;
  void logto.webhooks.raise([managementEvent(event, meta, logto.clock.now())]);
  back(ctx, `/console/users/${id}`, {
    done: `${nameOf(updated)} is ${updated.isSuspended ? 'suspended' : 'restored'}.`,
  });
  return true;
}

async function testHook(logto: Logto, ctx: Context, id: string): Promise<void> {
  const target = logto.directory.hooks.get(id);
  if (target === undefined) return;
  const { event } = input(chosen, ctx.request.body);
  try {
    await sendTests(logto, target, { events: [event], config: target.config });
    back(ctx, `/console/hooks/${id}`, {
      done: `${event} was sent and accepted. Tests leave no trace in the deliveries.`,
    });
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    back(ctx, `/console/hooks/${id}`, { failed: error.message });
  }
}

function actions(router: Router, logto: Logto): void {
  const { directory, webhooks, instances } = logto;
  router.post('/console/reset', (ctx: Context) => {
    logto.reset();
    back(ctx, '/console', { done: 'Everything is reset to the seed.' });
  });
  router.post('/console/faults/clear', (ctx: Context) => {
    logto.faults.clear();
    webhooks.faults.clear();
    back(ctx, '/console/faults', { done: 'All faults are removed.' });
  });
  router.post('/console/users/:id/sign-in', async (ctx) => {
    const found = directory.users.get(ctx.params['id'] ?? '');
    if (found === undefined || found.isSuspended) return;
    await signBrowserIn(logto, ctx, found);
    back(ctx, `/console/users/${found.id}`, {
      done: `This browser is signed in as ${nameOf(found)}. Open your application.`,
    });
  });
  router.post(
    '/console/users/:id/suspension',
    (ctx) => void toggleSuspension(logto, ctx, ctx.params['id'] ?? ''),
  );
  router.post('/console/hooks/:id/test', (ctx) => testHook(logto, ctx, ctx.params['id'] ?? ''));
  router.post('/console/deliveries/:id/resend', async (ctx) => {
    const found = webhooks.deliveries.get(ctx.params['id'] ?? '');
    if (found === undefined) return;
    await webhooks.resend(found);
    back(ctx, `/console/hooks/${found.hookId}`, { done: `${found.event} was sent again.` });
  });
  router.post('/console/sessions/:id/end', (ctx) => {
    instances.remove('Session', ctx.params['id'] ?? '');
    back(ctx, '/console/sessions', { done: 'The session is over.' });
  });
}

export function consoleRoutes(logto: Logto): Router {
  const router = new Router();
  for (const page of shell.pages) {
    router.get(page.path, (ctx) => {
      const { status, headers, body } = renderPage(shell, page, {
        state: logto,
        url: ctx.URL,
        params: ctx.params,
      });
      ctx.status = status;
      ctx.set(headers);
      ctx.body = body;
    });
  }
  actions(router, logto);
  return router;
}

export function fontRoutes(): Router {
  const router = new Router();
  router.get(`${fontPath}*file`, async (ctx) => {
    const font = await readFont(ctx.path.slice(fontPath.length));
    if (font === undefined) return;
    ctx.set(font.headers);
    ctx.body = font.body;
  });
  return router;
}
