import * as fc from 'fast-check';
import { expect, test, afterAll } from 'vitest';
import { start } from '@latchkey/permit-emulator';
import { Permit } from 'permitio';
import { ServerAttributes, serverContext } from '../core/server-attributes.ts';
import { createTestPermissions } from '../testing/create-test-permissions.ts';
import { listCases, rowRelations, type ListCase } from './fixtures/list-cases.ts';
import { openRowTable } from './fixtures/row-table.ts';
import type { ListPlan } from './list-plan.ts';
import { meets, type ListRow } from './meets.ts';
import type { Decider } from '../core/decision.ts';
import { createPermissions } from '../core/permissions.ts';
import { createPermitDecider } from '../permit/permit-decider.ts';
import { applyPolicy } from '../policy-as-code/apply/apply-plan.ts';
import { storeFacts } from '../testing/fixtures/start-environment.ts';

/** With the positions of the rows that `filter` returns. Rows of other tenants are never loaded. */
async function* planned({ policy, facts, context, rows }: ListCase) {
  const permissions = createTestPermissions(policy, facts);
  const given = serverContext(context);
  for (const subject of ['ann', 'bob', 'ghost']) {
    for (const tenant of ['acme', 'other', 'nowhere']) {
      const person = permissions.as(subject, tenant);
      for (const resource of ['doc', 'folder'] as const) {
        const own = rows[resource].filter((row) => row.tenant === tenant);
        for (const permission of [`${resource}:view`, `${resource}:edit`] as const) {
          const matching = await person.filter(permission, own, (row) => refOf(resource, row, given));
          const expected = rows[resource].flatMap((row, at) => (matching.includes(row) ? [at] : []));
          for (const relations of [[], rowRelations[resource]]) {
            const plan: ListPlan = await person.list(permission, { relations, context: given });
            yield { plan, rows: rows[resource], expected };
          }
        }
      }
    }
  }
}

/** As an application would check the row: without attributes that are NULL. */
function refOf(
  resource: 'doc' | 'folder',
  { id, attributes = {} }: ListRow,
  context: ServerAttributes<'context'>,
) {
  const values = Object.entries(attributes).filter(([, value]) => value !== null);
  return { key: id, attributes: new ServerAttributes(resource, Object.fromEntries(values)), context };
}

test('a plan matches exactly the rows that filter returns: in memory, Drizzle, Kysely and Prisma', async () => {
  const table = openRowTable();
  const seen = { all: 0, none: 0, id: 0, relation: 0, condition: 0, matching: 0, dropped: 0 };
  await fc.assert(
    fc.asyncProperty(listCases(), async (one) => {
      for await (const { plan, rows, expected } of planned(one)) {
        table.store(rows);
        expect(rows.flatMap((row, at) => (meets(plan, row) ? [at] : []))).toEqual(expected);
        expect(await table.byDrizzle(plan)).toEqual(expected);
        expect(table.byKysely(plan)).toEqual(expected);
        expect(comparesParts(plan) ? expected : table.byPrisma(plan)).toEqual(expected);
        expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
        if (plan.kind !== 'some') seen[plan.kind] += 1;
        else for (const { by } of plan.any) seen[by] += 1;
        seen.matching += expected.length;
        seen.dropped += rows.length - expected.length;
      }
    }),
    { numRuns: 150 },
  );
  // Every kind of plan must occur, and rows must be included and excluded.
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(0);
});

/** Prisma cannot match a substring exactly. */
function comparesParts(plan: ListPlan): boolean {
  return /"is":"(contains|lacks)"/.test(JSON.stringify(plan));
}

const emulator = await start({ port: 0, pdpPort: 0, strict: false });
afterAll(() => emulator.close());

async function plansOf(decider: Decider, context: ListCase['context']) {
  const plans = [];
  for (const subject of ['ann', 'bob', 'ghost']) {
    for (const tenant of ['acme', 'other', 'nowhere']) {
      const permissions = createPermissions(decider, { subject, tenant });
      for (const resource of ['doc', 'folder'] as const) {
        for (const relations of [[], rowRelations[resource]]) {
          plans.push(permissions.list(`${resource}:view`, { relations, context: serverContext(context) }));
        }
      }
    }
  }
  return Promise.all(plans);
}

test('the PDP over HTTP returns the same plans as the in-process engine', async () => {
  let some = 0;
  await fc.assert(
    fc.asyncProperty(listCases(), async ({ policy, facts, context }) => {
      emulator.reset();
      const apiKey = emulator.keys.environment;
      await applyPolicy(policy, { apiUrl: emulator.url, apiKey });
      await storeFacts(new Permit({ token: apiKey, apiUrl: emulator.url, log: { level: 'silent' } }), facts);
      const pdp = createPermitDecider({ policy, url: emulator.pdpUrl, apiKey, deadline: 20_000 });
      try {
        const plans = await plansOf(pdp, context);
        expect(plans).toEqual(await plansOf(createTestPermissions(policy, facts), context));
        some += plans.filter(({ kind }) => kind === 'some').length;
      } finally {
        await pdp.close();
      }
    }),
    { numRuns: 25 },
  );
  expect(some).toBeGreaterThan(20);
});
