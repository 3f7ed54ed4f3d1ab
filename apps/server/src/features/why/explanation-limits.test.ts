import { expect, test } from 'vitest';
import { createExplanationLimits } from './explanation-limits.ts';

const limit = expect.objectContaining({ code: 'EXPLANATION_LIMIT' });

/** How many explanations of these people are counted before one is refused. */
function counted(limits: ReturnType<typeof createExplanationLimits>, tenant: string, people: number): number {
  let count = 0;
  for (let person = 0; person < people; person++) {
    for (let index = 0; index < 30; index++) {
      try {
        limits.count({ tenant, subject: `person ${person}` });
        count++;
      } catch (error) {
        expect(error).toEqual(limit);
      }
    }
  }
  return count;
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
