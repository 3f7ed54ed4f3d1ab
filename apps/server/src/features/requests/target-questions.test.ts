import { AuthorizationUnavailableError, type PolicyPermissions } from '@latchkey/permissions';
import type { policy } from '@latchkey/policy';
import { expect, test } from 'vitest';
import { AppError } from '../../app-error.ts';
import type { Target } from './target.ts';
import {
  addedBy,
  createTargetQuestions,
  explainOrNull,
  type Deciders,
  type TargetQuestionsDeps,
} from './target-questions.ts';

type Permissions = PolicyPermissions<typeof policy>;

const outage = new AuthorizationUnavailableError('connection', { detail: 'refused' });
const report = { kind: 'instance', resource: 'reports', id: 'r1', role: 'reader' } as const;
const named = (key: string) => ({ key, name: null });

const unused = (): never => {
  throw new TypeError('Not asked here.');
};

/** Who decides about a report that these people may share, and these approvers about everything. */
function decidersOf(
  sharers: readonly string[],
  approvers: Awaited<ReturnType<TargetQuestionsDeps['approversOf']>> | Error,
): Promise<Deciders> {
  const deps: TargetQuestionsDeps = {
    readHeldRoles: unused,
    titlesOf: unused,
    sharersOf: async () => [...sharers],
    async approversOf() {
      if (approvers instanceof Error) throw approvers;
      return approvers;
    },
    findPeople: async (keys) => new Map([...keys].map((key) => [key, named(key)])),
  };
  return createTargetQuestions(deps, unused).decidersOf(report, {
    subject: 'me',
    tenant: 'acme',
  });
}

const many = Array.from({ length: 12 }, (_, index) => `owner-${index}`);

test.each([
  [['ann', 'me'], [], false, ['ann'], false],
  [['ann', 'boss'], ['boss'], false, ['ann', 'boss'], false],
  [['ann'], ['boss'], true, ['ann', 'boss'], true],
  // Ten are named.
  [many, ['boss'], false, [...many.slice(0, 10), 'boss'], true],
  [many.slice(0, 10), [], false, many.slice(0, 10), false],
] as const)('of people who may share %j, and approve %j (more: %j), %j decide, more: %j', async (...row) => {
  const [sharers, approvers, moreApprovers, people, more] = row;
  expect(await decidersOf(sharers, { people: approvers.map(named), more: moreApprovers })).toEqual({
    people: people.map(named),
    more,
  });
});

test('in an outage nobody can tell who decides; another error is one', async () => {
  expect(await decidersOf(['ann'], outage)).toBeNull();
  await expect(decidersOf(['ann'], new RangeError('a fault'))).rejects.toThrow('a fault');
});

test('what a role on a report adds is asked about that report', async () => {
  const asked: unknown[] = [];
  const permissions = {
    async checkMany(questions: readonly { permission: string; on?: string }[]) {
      asked.push(...questions);
      return questions.map(({ on }) => ({ outcome: on === 'r1' ? 'allow' : 'deny' }));
    },
  };
  const added = (target: Target) => addedBy(target, permissions as unknown as Permissions); // oxlint-disable-line typescript/no-unsafe-type-assertion -- what is used of it
  expect(await added(report)).toEqual([]);
  expect(asked).toContainEqual({ permission: 'reports:view', on: 'r1' });
  expect(await added({ ...report, id: 'r2' })).toContain('reports:view');
  expect(await added({ kind: 'role', role: 'viewer' })).toContain('reports:view');
});

/** What is shown instead of an explanation that failed. */
async function shownFor(error: Error): Promise<unknown> {
  const explain = async (): Promise<never> => {
    throw error;
  };
  return explainOrNull(explain).catch((thrown: unknown) => thrown);
}

test('without an explanation the rest is shown, when nobody can tell; another error is one', async () => {
  expect(await shownFor(outage)).toBeNull();
  expect(await shownFor(new AppError('EXPLANATION_LIMIT', 'Wait.'))).toBeNull();
  for (const error of [new AppError('FORBIDDEN', 'No.'), new RangeError('a fault')])
    expect(await shownFor(error)).toBe(error); // oxlint-disable-line no-await-in-loop
});
