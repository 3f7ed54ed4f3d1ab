import { meets, type ListAlternative, type ListPlan } from '@latchkey/permissions';
import {
  array,
  assert,
  asyncProperty,
  constantFrom,
  oneof,
  subarray,
  tuple,
  type Arbitrary,
} from 'fast-check';
import { expect, test } from 'vitest';
import { decideByRole, decideInView } from './decide-in-view.ts';
import type { AppDecider } from '../../directory/decisions.ts';

const planned = { permission: 'reports:view', tenant: 'acme' } as const;
const ids = ['a', 'b', 'c'];
const levels = [0, 1, 2];
const rows = ids.flatMap((id) => levels.map((level) => ({ tenant: 'acme', id, attributes: { level } })));

const alternative: Arbitrary<ListAlternative<never>> = oneof(
  subarray(ids, { minLength: 1 }).map((keys) => ({ by: 'id' as const, keys })),
  subarray(levels, { minLength: 1 }).map((values) => ({
    by: 'condition' as const,
    where: { attribute: 'level', type: 'number' as const, is: 'in' as const, values },
  })),
);

const anyPlan: Arbitrary<ListPlan<never>> = oneof(
  constantFrom({ kind: 'all' as const, ...planned }, { kind: 'none' as const, ...planned }),
  tuple(alternative, array(alternative, { maxLength: 2 })).map(([first, more]) => ({
    kind: 'some' as const,
    any: [first, ...more] as const,
    ...planned,
  })),
);

/** The methods that are not used: the decider only plans lists, with one plan per user for any question. */
const decides = {
  decide: () => Promise.reject(new Error('not called')),
  grants: () => Promise.reject(new Error('not called')),
};
const deciderOf = (plans: Readonly<Record<string, ListPlan<never>>>): AppDecider => ({
  ...decides,
  list: async ({ subject }) => plans[subject] ?? { kind: 'none', ...planned },
});

const kindsOf = (plan: ListPlan): string[] => (plan.kind === 'some' ? plan.any.map(({ by }) => by) : []);

test('a list in a view has the rows that viewer and target may both see, and no other', async () => {
  await assert(
    asyncProperty(anyPlan, anyPlan, async (own, shown) => {
      const view = decideInView(deciderOf({ viewer: own, target: shown }), {
        actor: 'viewer',
        target: { kind: 'person', subject: 'target' },
        tenant: 'acme',
      });
      const both = await view.list?.({ ...planned, subject: 'target', relations: [] });
      const seenByBoth = rows.filter((row) => meets(own, row) && meets(shown, row));
      const seen = rows.filter((row) => both !== undefined && meets(both, row));
      // A row that is in both lists may be omitted if one plan names it by key and the other by a condition.
      const isExact = new Set([...kindsOf(own), ...kindsOf(shown)]).size <= 1;
      expect(both).not.toMatchObject({ any: expect.arrayContaining([{ by: 'id', keys: [] }]) });
      expect(isExact ? seen : [...new Set([...seenByBoth, ...seen])]).toEqual(seenByBoth);
    }),
  );
});

test('a list in a view is refused when it cannot be planned', async () => {
  const view = decideInView(decides, {
    actor: 'viewer',
    target: { kind: 'person', subject: 'target' },
    tenant: 'acme',
  });
  await expect(view.list?.({ ...planned, subject: 'target', relations: [] })).rejects.toMatchObject({
    reason: 'unsupported_decider',
  });
});

test.each([
  ['default', true],
  ['acme', false],
])('in the tenant %j, a role has permissions about the installation: %j', async (tenant, isHeld) => {
  const { permissions } = await decideByRole('admin', tenant).grants('anybody', tenant);
  expect(permissions.includes('sync:replay')).toBe(isHeld);
});
