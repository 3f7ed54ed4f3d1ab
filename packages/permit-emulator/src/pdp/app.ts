import { userPermissions } from '@latchkey/permit-engine';
import { Hono, type Context } from 'hono';
import type { z } from 'zod';
import { ValidationError } from '../errors.ts';
import { parse } from '../http/validation.ts';
import type { Account } from '../model/account.ts';
import type { Environment } from '../model/environment.ts';
import { authorizationQuery, bulkQuery, userPermissionsQuery } from '../schemas/pdp.ts';
import { decide, wireResult } from './decide.ts';
import type { DecisionLog } from './decision-log.ts';
import { environmentOf, PdpRefusal } from './pdp-key.ts';

export interface PdpDeps {
  readonly account: () => Account;
  readonly decisions: DecisionLog;
}

export async function readQuery<S extends z.ZodType>(context: Context, schema: S): Promise<z.output<S>> {
  const text = await context.req.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new ValidationError([{ loc: ['body'], msg: 'malformed JSON', type: 'value_error.jsondecode' }]);
  }
  return parse(schema, body, 'body');
}

export function createPdpApp({ account, decisions }: PdpDeps): Hono {
  const app = new Hono();
  const environment = (context: Context): Environment =>
    environmentOf(account(), context.req.header('authorization'));

  app.onError((error) => {
    if (error instanceof PdpRefusal) return new Response(error.message, { status: error.status });
    if (error instanceof ValidationError) return Response.json({ detail: error.detail }, { status: 422 });
    return Response.json({ detail: error.message }, { status: 502 });
  });

  for (const path of ['/health', '/healthy', '/ready']) {
    app.get(path, (context) =>
      context.json({ status: 'ok', components: { horizon: { status: 'ok' }, opa: { status: 'ok' } } }),
    );
  }

  app.post('/allowed', async (context) => {
    const env = environment(context);
    return context.json(wireResult(decide(env, decisions, await readQuery(context, authorizationQuery))));
  });

  app.post('/allowed/bulk', async (context) => {
    const env = environment(context);
    const queries = await readQuery(context, bulkQuery);
    return context.json({ allow: queries.map((query) => wireResult(decide(env, decisions, query))) });
  });

  app.post('/user-permissions', async (context) => {
    const env = environment(context);
    return context.json(userPermissions(env.pdp, await readQuery(context, userPermissionsQuery)));
  });

  return app;
}
