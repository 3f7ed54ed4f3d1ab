import { Router } from '@koa/router';
import type { Context } from 'koa';
import { z } from 'zod';
import { nameOf } from '../directory/display-name.ts';
import type { Logto } from '../logto.ts';
import { sendTests } from '../management/hook-test.ts';
import { input } from '../management/input.ts';
import { RequestError } from '../management/request-error.ts';
import { updateUser, userProfile } from '../management/users.ts';
import { hookEvents } from '../webhooks/events.ts';
import { managementEvent } from '../webhooks/payloads.ts';
import { faults, inbox, sessions } from './activity-pages.ts';
import { signBrowserIn } from './browser-session.ts';
import { applications, organization, organizations } from './directory-pages.ts';
import { delivery, hook, hooks } from './hook-pages.ts';
import { back } from './layout.ts';
import { overview } from './overview-page.ts';
import { user, users } from './user-pages.ts';

const chosen = z.object({ event: z.enum(hookEvents) });

/** Suspends or restores a user, and raises the same event as the Management API. */
function toggleSuspension(logto: Logto, ctx: Context, id: string): boolean {
  const found = logto.directory.users.get(id);
  if (found === undefined) return false;
  const updated = updateUser(logto, found, { isSuspended: !found.isSuspended });
  if (updated.isSuspended) logto.instances.revokeUser(id);
  const meta = {
    userAgent: ctx.get('user-agent') || undefined,
    ip: ctx.ip,
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
    back(ctx, '/console', { done: 'Everything is as the seed has it.' });
  });
  router.post('/console/faults/clear', (ctx: Context) => {
    logto.faults.clear();
    webhooks.faults.clear();
    back(ctx, '/console/faults', { done: 'It behaves again.' });
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

/** The emulator's console, rendered on the server. */
export function consoleRoutes(logto: Logto): Router {
  const router = new Router();
  const { directory, webhooks } = logto;
  const pages = { users, organizations, applications, hooks, sessions, inbox, faults };
  router.get('/console', (ctx: Context) => overview(logto, ctx));
  for (const [name, render] of Object.entries(pages)) {
    router.get(`/console/${name}`, (ctx: Context) => render(logto, ctx));
  }
  router.get('/console/organizations/:id', (ctx) => void organization(logto, ctx, ctx.params['id'] ?? ''));
  router.get('/console/users/:id', (ctx) => {
    const found = directory.users.get(ctx.params['id'] ?? '');
    if (found !== undefined) user(logto, ctx, found);
  });
  router.get('/console/hooks/:id', (ctx) => {
    const found = directory.hooks.get(ctx.params['id'] ?? '');
    if (found !== undefined) hook(logto, ctx, found);
  });
  router.get('/console/deliveries/:id', (ctx) => {
    const found = webhooks.deliveries.get(ctx.params['id'] ?? '');
    if (found !== undefined) delivery(logto, ctx, found);
  });
  actions(router, logto);
  return router;
}
