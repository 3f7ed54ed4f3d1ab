import { AuthorizationUnavailableError, type PolicyPermissions } from '@latchkey/permissions';
import type { policy } from '@latchkey/policy';
import { expect, test } from 'vitest';
import { AppError } from '../../platform/app-error.ts';
import type { Approvers } from '../../directory/approvers.ts';
import type { Target } from './target.ts';
import {
  addedBy,
  createTargetQuestions,
  explainOrNull,
  type TargetQuestionsDeps,
} from './target-questions.ts';

type Permissions = PolicyPermissions<typeof policy>;

const outage = new AuthorizationUnavailableError('connection', { detail: 'refused' });
const report = { kind: 'instance', resource: 'reports', id: 'r1', role: 'reader' } as const;
const named = (key: string) => ({ key, name: null });

const unused = (): never => {
  throw new TypeError('Not asked here.');
};

/** Returns the listed approvers of a report that these users can share, given the general approvers. */
function approversFor(sharers: readonly string[], approvers: Approvers | Error): Promise<Approvers | null> {
  const deps: TargetQuestionsDeps = {
    rules: {},
    reads: { user: unused, grantsOf: unused },
    titlesOf: unused,
    explainAccess: unused,
    isClosedTo: unused,
    decider: { authorizedUsers: async () => [...sharers] },
    async approversOf() {
      if (approvers instanceof Error) throw approvers;
      return approvers;
    },
    findPeople: async (keys) => new Map([...keys].map((key) => [key, named(key)])),
  };
  return createTargetQuestions(deps, unused).approversFor(report, { subject: 'me', tenant: 'acme' });
}

const many = Array.from({ length: 12 }, (_, index) => `owner-${index}`);

test.each([
  [['ann', 'me'], [], false, ['ann'], false],
  [['ann', 'boss'], ['boss'], false, ['ann', 'boss'], false],
  [['ann'], ['boss'], true, ['ann', 'boss'], true],
  // At most ten users who can share the report are listed.
  [many, ['boss'], false, [...many.slice(0, 10), 'boss'], true],
  [many.slice(0, 10), [], false, many.slice(0, 10), false],
] as const)(
  'with users %j who can share, and approvers %j (more: %j), %j are listed, more: %j',
  async (...row) => {
    const [sharers, approvers, moreApprovers, people, more] = row;
    expect(await approversFor(sharers, { people: approvers.map(named), more: moreApprovers })).toEqual({
      people: people.map(named),
      more,
    });
  },
);

test('in an outage the approvers are unknown, and other errors are thrown', async () => {
  expect(await approversFor(['ann'], outage)).toBeNull();
  await expect(approversFor(['ann'], new RangeError('a fault'))).rejects.toThrow('a fault');
});

test('what a role on a report adds is checked for that report', async () => {
  const asked: unknown[] = [];
  const permissions = {
    async checkMany(questions: readonly { permission: string; on?: string }[]) {
      asked.push(...questions);
      return questions.map(({ on }) => ({ outcome: on === 'r1' ? 'allow' : 'deny' }));
    },
  };
  const added = (target: Target) => addedBy(target, permissions as unknown as Permissions); // oxlint-disable-line typescript/no-unsafe-type-assertion -- only the used subset
  expect(await added(report)).toEqual([]);
  expect(asked).toContainEqual({ permission: 'reports:view', on: 'r1' });
  expect(await added({ ...report, id: 'r2' })).toContain('reports:view');
  expect(await added({ kind: 'role', role: 'viewer' })).toContain('reports:view');
});

/** Returns the explanation that is shown if reading it fails with this error, or the error if that is thrown. */
async function shownFor(error: Error): Promise<unknown> {
  const explain = async (): Promise<never> => {
    throw error;
  };
  return explainOrNull(explain).catch((thrown: unknown) => thrown);
}

test('omits the explanation in an outage, and throws other errors', async () => {
  expect(await shownFor(outage)).toBeNull();
  expect(await shownFor(new AppError('EXPLANATION_LIMIT', 'Wait.'))).toBeNull();
  for (const error of [new AppError('FORBIDDEN', 'No.'), new RangeError('a fault')])
    expect(await shownFor(error)).toBe(error);
});
