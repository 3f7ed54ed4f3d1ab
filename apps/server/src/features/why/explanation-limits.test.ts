import { expect, test } from 'vitest';
import { createExplanationLimits, type ExplanationLimits } from './explain-access.ts';

const limit = expect.objectContaining({ code: 'EXPLANATION_LIMIT' });

/** Returns how many explanations are allowed for these users, who request thirty each. */
function counted(limits: ExplanationLimits, tenant: string, people: number): number {
  const asked = Array.from({ length: 30 * people }, (_, index) => `person ${index % people}`);
  return asked.filter((subject) => {
    try {
      limits.count({ tenant, subject });
      return true;
    } catch {
      return false;
    }
  }).length;
}

test('limits explanations per user, per tenant and in total; one tenant cannot use up the limit of another', () => {
  const limits = createExplanationLimits();
  expect(counted(limits, 'acme', 1)).toBe(30);
  expect(() => limits.count({ tenant: 'acme', subject: 'person 0' })).toThrow(limit);
  expect(30 + counted(limits, 'acme', 10)).toBe(100);
  expect(counted(limits, 'beta', 2)).toBe(60);
  // In another tenant, the same user key is another caller.
  expect(counted(limits, 'gamma', 1)).toBe(30);
  expect(counted(limits, 'delta', 1)).toBe(10);
});
