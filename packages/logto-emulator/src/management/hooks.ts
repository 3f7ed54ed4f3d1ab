import { z } from 'zod';
import { secret, standardId } from '../directory/identifiers.ts';
import type { Hook } from '../directory/records.ts';
import { hookEvents } from '../webhooks/events.ts';
import { executionStats } from './logs.ts';
import { defined, input, isYes, someChanges } from './input.ts';
import { pagedIfRequested } from './paging.ts';
import { found, foundForUpdate, remove, RequestError } from './request-error.ts';
import { route, type Answer, type Call, type Route } from './route.ts';
import { sendTests } from './hook-test.ts';

const event = z.enum(hookEvents);
const events = z
  .array(event)
  .min(1)
  .transform((list) => [...new Set(list)]);
const config = z.object({
  url: z.string(),
  headers: z.record(z.string(), z.string()).optional(),
  retries: z.number().min(0).max(3).optional(),
});
const fields = z.object({
  name: z.string().min(1).max(256).default(''),
  event: event.optional(),
  events: events.optional(),
  config,
  enabled: z.boolean().default(true),
});

const changed = z
  .object({ name: z.string().min(1).max(256), event: event.nullable(), events, config, enabled: z.boolean() })
  .partial();

const hookOf = ({ logto, params }: Call): Hook | undefined => logto.directory.hooks.get(params['id'] ?? '');
const findHook = (call: Call): Hook => found(hookOf(call), call.params['id'], 'hooks');

const show = (call: Call, hook: Hook, withStats: boolean) =>
  withStats ? { ...hook, executionStats: executionStats(call.logto, hook.id) } : hook;

function createHook({ logto, body }: Call): Answer {
  const given = input(fields, body);
  if (given.events === undefined && !given.event) throw new RequestError('hook.missing_events');
  const hook: Hook = {
    tenantId: 'default',
    id: standardId(),
    name: given.name,
    event: given.event ?? null,
    events: given.events ?? [],
    config: { url: given.config.url, ...defined(given.config) },
    signingKey: secret(),
    enabled: given.enabled,
    createdAt: logto.clock.now(),
  };
  logto.directory.hooks.put(hook.id, hook);
  return { status: 201, body: hook };
}

function changeHook(call: Call): Answer {
  const { config: given, ...changes } = someChanges(defined(input(changed, call.body)));
  const hook = foundForUpdate(hookOf(call), 'hook');
  const updated: Hook = {
    ...hook,
    ...changes,
    config: given === undefined ? hook.config : { url: given.url, ...defined(given) },
  };
  call.logto.directory.hooks.put(hook.id, updated);
  return { body: updated };
}

/** The new key is used immediately; the old one is deleted. */
function rotateSigningKey(call: Call): Answer {
  const updated = { ...foundForUpdate(hookOf(call), 'hook'), signingKey: secret() };
  call.logto.directory.hooks.put(updated.id, updated);
  return { body: updated };
}

async function testHook(call: Call): Promise<Answer> {
  const given = input(z.object({ events, config }), call.body);
  await sendTests(call.logto, findHook(call), {
    events: given.events,
    config: { url: given.config.url, ...defined(given.config) },
  });
  return {};
}

export const hookRoutes: readonly Route[] = [
  route('GET /hooks', { pages: true }, (call) => {
    const withStats = isYes(call.query.get('includeExecutionStats'));
    return pagedIfRequested(call, [...call.logto.directory.hooks.values()].toReversed(), (hook) =>
      show(call, hook, withStats),
    );
  }),
  route('POST /hooks', createHook),
  route('GET /hooks/:id', (call) => ({
    body: show(call, findHook(call), Boolean(call.query.get('includeExecutionStats'))),
  })),
  route('PATCH /hooks/:id', changeHook),
  route('PATCH /hooks/:id/signing-key', rotateSigningKey),
  route('POST /hooks/:id/test', testHook),
  route('DELETE /hooks/:id', ({ logto, params }) => {
    remove(logto.directory.hooks, params['id']);
    return {};
  }),
];
