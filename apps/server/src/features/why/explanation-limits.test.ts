import { expect, test } from 'vitest';
import { createExplanationLimits, type ExplanationLimits } from './explanation-limits.ts';

const limit = expect.objectContaining({ code: 'EXPLANATION_LIMIT' });

/** How many explanations of these people are counted, of thirty that each asks for. */
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

test('one person, one tenant and all have a limit; what one tenant uses up leaves another something', () => {
  const limits = createExplanationLimits();
  expect(counted(limits, 'acme', 1)).toBe(30);
  expect(() => limits.count({ tenant: 'acme', subject: 'person 0' })).toThrow(limit);
  expect(30 + counted(limits, 'acme', 10)).toBe(100);
  expect(counted(limits, 'beta', 2)).toBe(60);
  // The same person in another tenant is another caller.
  expect(counted(limits, 'gamma', 1)).toBe(30);
  expect(counted(limits, 'delta', 1)).toBe(10);
});
