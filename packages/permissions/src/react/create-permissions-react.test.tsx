// @vitest-environment jsdom
import { act, cleanup, render, screen } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { GateAnswer, GateQuestion } from '../gate-question.ts';
import type { testPolicy } from '../testing/fixtures/test-policy.ts';
import { createPermissionsReact } from './create-permissions-react.tsx';

const { PermissionsProvider, useGate, useInvalidateGates } = createPermissionsReact<typeof testPolicy>();

/** A procedure with the shape of `@trpc/react-query`'s client. */
function procedure(path: string) {
  return {
    useQuery: (_input: { id: string; note: string } | undefined): null => null,
    _def: () => ({ path: path.split('.') }),
  };
}
const list = procedure('reports.list');
const publish = procedure('reports.publish');

type Answer = GateAnswer<
  'reports:view' | 'reports:create' | 'reports:publish' | 'members:view',
  'viewer' | 'editor' | 'admin'
>;
const denied: Answer = {
  state: 'denied',
  permission: 'reports:publish',
  reason: 'no_permission',
  grantedBy: ['admin'],
};

let asked: (readonly GateQuestion[])[];
let answer: (question: GateQuestion) => Answer;
let fail: boolean;
const ask = (questions: readonly GateQuestion[]): Promise<Answer[]> => {
  asked.push(questions);
  return fail ? Promise.reject(new Error('offline')) : Promise.resolve(questions.map(answer));
};

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  answer = () => ({ state: 'allowed' });
  fail = false;
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function Button({ id }: { id: string }): ReactNode {
  const gate = useGate(publish, { id });
  return <p data-testid={id}>{gate.state === 'denied' ? `denied ${gate.permission}` : gate.state}</p>;
}
function List(): ReactNode {
  const gate = useGate(list);
  const invalidate = useInvalidateGates();
  return (
    <button type="button" onClick={invalidate} data-testid="list">
      {gate.state}
    </button>
  );
}
const page = (scope: string): ReactNode => (
  <PermissionsProvider scope={scope} ask={ask}>
    <List />
    <Button id="1" />
    <Button id="2" />
    <Button id="1" />
  </PermissionsProvider>
);
const pass = (milliseconds: number): Promise<void> =>
  act(async () => {
    await vi.advanceTimersByTimeAsync(milliseconds);
  });
const flushMicrotasks = (): Promise<void> => pass(0);
const texts = (id: string): (string | null)[] =>
  screen.getAllByTestId(id).map((element) => element.textContent);

test('the questions of a page are one call, identical questions are asked once, and states are unknown until then', async () => {
  answer = (question) =>
    'path' in question && question.path === 'reports.publish' ? denied : { state: 'allowed' };
  render(page('ann@acme'));
  expect(texts('list')).toEqual(['unknown']);
  await flushMicrotasks();
  expect(asked).toEqual([
    [
      { path: 'reports.list', input: undefined },
      { path: 'reports.publish', input: { id: '1' } },
      { path: 'reports.publish', input: { id: '2' } },
    ],
  ]);
  expect(texts('list')).toEqual(['allowed']);
  expect(texts('1')).toEqual(['denied reports:publish', 'denied reports:publish']);
});

test('a new scope starts with unknown states', async () => {
  const { rerender } = render(page('ann@acme'));
  await flushMicrotasks();
  expect(texts('2')).toEqual(['allowed']);
  answer = () => denied;
  rerender(page('ann@other'));
  expect(texts('2')).toEqual(['unknown']);
  await flushMicrotasks();
  expect(texts('2')).toEqual(['denied reports:publish']);
});

test('an outage is shown as unavailable and retried automatically', async () => {
  fail = true;
  render(page('ann@acme'));
  await flushMicrotasks();
  expect(texts('list')).toEqual(['unavailable']);
  fail = false;
  await pass(2_000);
  expect(texts('list')).toEqual(['allowed']);
  expect(texts('1')).toEqual(['allowed', 'allowed']);
});

test('invalidating asks again and shows the old answers until the new ones arrive', async () => {
  render(page('ann@acme'));
  await flushMicrotasks();
  answer = () => denied;
  act(() => screen.getByTestId('list').click());
  expect(texts('2')).toEqual(['allowed']);
  await flushMicrotasks();
  expect(texts('2')).toEqual(['denied reports:publish']);
  expect(asked).toHaveLength(2);
});

test('a gate without a provider throws', () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  expect(() => render(<List />)).toThrow('PermissionsProvider');
});
