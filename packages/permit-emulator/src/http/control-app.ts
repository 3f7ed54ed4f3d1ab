import { faultInput, type Faults } from '@latchkey/emulator-kit';
import { Hono } from 'hono';
import { z } from 'zod';
import { ValidationError } from '../errors.ts';
import type { Clock } from '../clock.ts';
import type { DecisionLog } from '../pdp/decision-log.ts';
import { readQuery } from '../pdp/pdp-context.ts';

export interface ControlDeps {
  readonly faults: Faults;
  readonly clock: Clock;
  readonly decisions: DecisionLog;
  readonly environmentId: () => string;
  readonly reset: () => void;
  readonly snapshot: () => unknown;
}

const clockChange = z.union([
  z.strictObject({ now: z.iso.datetime({ offset: true }) }),
  // Three centuries: a time that JavaScript cannot represent would break the emulator.
  z.strictObject({ advance: z.number().min(-1e13).max(1e13) }),
]);

/** Needs no key, and faults do not affect it. */
export function createControlApp(deps: ControlDeps): Hono {
  const { faults, clock, decisions } = deps;
  const app = new Hono().basePath('/_emulator');
  app.onError((error) =>
    error instanceof ValidationError
      ? Response.json({ detail: error.detail }, { status: 422 })
      : Response.json({ detail: error.message }, { status: 500 }),
  );

  app.get('/faults', (context) => context.json(faults.list()));
  app.post('/faults', async (context) => context.json(faults.add(await readQuery(context, faultInput)), 201));
  app.delete('/faults', (context) => {
    faults.clear();
    return context.body(null, 204);
  });
  app.delete('/faults/:id', (context) =>
    faults.remove(context.req.param('id'))
      ? context.body(null, 204)
      : context.json({ detail: 'Not Found' }, 404),
  );

  app.get('/clock', (context) => context.json({ now: clock.now().toISOString() }));
  app.post('/clock', async (context) => {
    const change = await readQuery(context, clockChange);
    if ('now' in change) clock.set(new Date(change.now));
    else clock.advance(change.advance);
    return context.json({ now: clock.now().toISOString() });
  });
  app.delete('/clock', (context) => {
    clock.reset();
    return context.json({ now: clock.now().toISOString() });
  });

  app.get('/decisions', (context) =>
    context.json(decisions.list(context.req.query('environment') ?? deps.environmentId()).slice(0, 200)),
  );
  app.get('/snapshot', (context) => context.json(deps.snapshot()));
  app.post('/reset', (context) => {
    deps.reset();
    return context.body(null, 204);
  });
  return app;
}
