import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { ValidationError } from '../errors.ts';
import type { Account } from '../model/account.ts';
import type { Environment } from '../model/environment.ts';
import { opaQuery } from '../schemas/pdp.ts';
import { readQuery, decide } from './pdp-context.ts';
import type { DecisionLog } from './decision-log.ts';

/** In the compiled policy, a character other than a letter or digit becomes `_` and its hexadecimal code. */
function regoName(type: string, key: string): string {
  return `${type}_${key.replaceAll(/[^A-Za-z0-9]/g, (sign) => `_${sign.charCodeAt(0).toString(16)}`)}`;
}

interface PolicyModule {
  readonly id: string;
  readonly raw: string;
  readonly ast: Readonly<Record<string, unknown>>;
}

function moduleOf(id: string, name: string, comment: string): PolicyModule {
  return {
    id,
    raw: `package ${name}\n\n# ${comment}\n`,
    ast: { package: { path: ['data', ...name.split('.')].map((value) => ({ type: 'string', value })) } },
  };
}

/** The emulator runs no Rego: modules have the vendor's names, and comments as content. */
function policiesOf({ conditionSets }: Environment): readonly PolicyModule[] {
  return [
    ...['root', 'rbac', 'rebac', 'abac'].map((model) =>
      moduleOf(`${model}.rego`, `permit.${model}`, 'Decided by permit-engine, without Rego.'),
    ),
    ...[...conditionSets.values()].map(({ key, type, conditions }) =>
      moduleOf(
        `permit/generated/conditionset/${regoName(type, key)}.rego`,
        'permit.generated.conditionset',
        `${key}: ${JSON.stringify(conditions)}`,
      ),
    ),
  ];
}

interface OpaDeps {
  readonly account: () => Account;
  readonly decisions: DecisionLog;
  /** For requests without a key, which OPA itself does not require. */
  readonly defaultEnvironment: () => Environment;
}

const input = z.object({ input: opaQuery });

/** What `check(..., { useOpa: true })` calls, bypassing the PDP. */
export function createOpaApp({ account, decisions, defaultEnvironment }: OpaDeps): Hono {
  const app = new Hono();
  app.onError((error) =>
    error instanceof ValidationError
      ? Response.json(
          { code: 'invalid_parameter', message: error.message, errors: error.detail },
          { status: 400 },
        )
      : Response.json({ code: 'internal_error', message: error.message }, { status: 500 }),
  );
  app.get('/health', (context) => context.json({}));
  const environment = (context: Context): Environment => {
    const secret = context.req.header('authorization')?.replace(/^Bearer\s+/i, '') ?? '';
    const known = account();
    const record = known.environmentRecords.get(known.keyOf(secret)?.environment_id ?? '');
    return record === undefined ? defaultEnvironment() : known.environment(record);
  };
  app.get('/v1/policies', (context) => context.json({ result: policiesOf(environment(context)) }));
  app.get('/v1/policies/:id{.+}', (context) => {
    const id = context.req.param('id');
    const result = policiesOf(environment(context)).find((policy) => policy.id === id);
    if (result !== undefined) return context.json({ result });
    const message = `storage_not_found_error: policy id "${id}"`;
    return Response.json({ code: 'resource_not_found', message }, { status: 404 });
  });
  app.post('/v1/data/permit/root', async (context) => {
    const env = environment(context);
    const query = await readQuery(context, input);
    const result = decide(env, decisions, query.input);
    return context.json({ result: { ...result, debugger_activated: query.input.use_debugger ?? true } });
  });
  return app;
}
