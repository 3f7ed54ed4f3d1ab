// @vitest-environment jsdom
import { act, cleanup, render, screen } from '@testing-library/react';
import { useEffect, type ReactNode } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { GateAnswer, GateQuestion } from '../core/gate-question.ts';
import type { PermissionOf, RoleOf } from '../core/policy.ts';
import { getQueryKey, type testPolicy } from '../testing/fixtures/test-policy.ts';
import { createPermissionsReact } from './create-permissions-react.tsx';

type Answer = GateAnswer<PermissionOf<typeof testPolicy>, RoleOf<typeof testPolicy>>;
const { PermissionsProvider, useCan, useGates } = createPermissionsReact<typeof testPolicy>({ getQueryKey });

let asked: (readonly GateQuestion[])[];
let answer: (question: GateQuestion) => Answer;
let rendered: number;
const ask = (questions: readonly GateQuestion[]): Promise<Answer[]> => {
  asked.push(questions);
  return Promise.resolve(questions.map(answer));
};

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  rendered = 0;
  answer = () => ({ state: 'allowed' });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const pass = (milliseconds: number): Promise<void> =>
  act(async () => {
    await vi.advanceTimersByTimeAsync(milliseconds);
  });
const dispatch = (target: EventTarget, event: string): Promise<void> =>
  act(async () => {
    target.dispatchEvent(new Event(event));
    await vi.advanceTimersByTimeAsync(0);
  });

function Gate({ id }: { readonly id: string }): ReactNode {
  return <p data-testid={id}>{useCan('reports:publish', id).state}</p>;
}
const page = (...ids: readonly string[]): ReactNode => (
  <PermissionsProvider scope="ann@acme" ask={ask}>
    {ids.map((id) => (
      <Gate key={id} id={id} />
    ))}
  </PermissionsProvider>
);
const textOf = (id: string): string | null => screen.getByTestId(id).textContent;
const instancesOf = (questions: readonly GateQuestion[] | undefined): unknown[] | undefined =>
  questions?.map((question) => ('instance' in question ? question.instance : question));

const publish = {
  useMutation: () => ({ mutate: (_input: { id: string; note: string }) => {} }),
  path: 'reports.publish',
};
function Rows({ ids }: { readonly ids: readonly string[] }): ReactNode {
  useEffect(() => {
    rendered += 1;
  });
  const byProcedure = useGates(
    publish,
    ids.map((id) => ({ id })),
  );
  const byPermission = useGates('reports:view', ids);
  return ids.map((id, index) => (
    <p key={id} data-testid={id}>
      {byProcedure[index]?.state} {byPermission[index]?.state}
    </p>
  ));
}

const table = (...ids: readonly string[]): ReactNode => (
  <PermissionsProvider scope="ann@acme" ask={ask}>
    <Rows ids={ids} />
  </PermissionsProvider>
);

test('useGates batches all rows, and renders once for all answers', async () => {
  answer = (question) =>
    'path' in question ? { state: 'allowed' } : { state: 'unavailable', problem: 'not_found' };
  const { rerender } = render(table('1', '2'));
  expect(textOf('1')).toBe('unknown unknown');
  await pass(0);
  expect(asked).toEqual([
    [
      { path: 'reports.publish', input: { id: '1' } },
      { path: 'reports.publish', input: { id: '2' } },
      { permission: 'reports:view', instance: '1' },
      { permission: 'reports:view', instance: '2' },
    ],
  ]);
  expect(textOf('2')).toBe('allowed unavailable');
  expect(rendered).toBe(2);
  rerender(table('2', '3'));
  await pass(0);
  expect(asked[1]).toEqual([
    { path: 'reports.publish', input: { id: '3' } },
    { permission: 'reports:view', instance: '3' },
  ]);
  expect(textOf('3')).toBe('allowed unavailable');
});

test('splits a page of 1,000 gates into five calls; a failed call affects only its own gates', async () => {
  const ids = Array.from({ length: 1_000 }, (_, index) => `${index}`);
  answer = (question) => {
    if ('instance' in question && question.instance === '300') throw new Error('offline');
    return { state: 'allowed' };
  };
  render(page(...ids));
  await pass(0);
  expect(asked.map(({ length }) => length)).toEqual([200, 200, 200, 200, 200]);
  const states = ids.map(textOf);
  expect(states.filter((state) => state === 'allowed')).toHaveLength(800);
  expect(states.slice(200, 400).every((state) => state === 'unavailable')).toBe(true);
});

test('limits a call by UTF-8 bytes, sends a longer question alone, and asks every question', async () => {
  const ids = [
    '한'.repeat(10_000),
    ...Array.from({ length: 50 }, (_, index) => `${index}${'보'.repeat(300)}`),
  ];
  render(page(...ids));
  await pass(0);
  const bytes = asked.map((questions) => Buffer.byteLength(JSON.stringify(questions)));
  expect(bytes[0]).toBeGreaterThan(30_000);
  expect(asked[0]).toHaveLength(1);
  expect(Math.max(...bytes.slice(1))).toBeLessThanOrEqual(20_001);
  expect(asked.flatMap((questions) => instancesOf(questions))).toEqual(ids);
});

test('makes at most five concurrent calls', async () => {
  const held: (() => void)[] = [];
  answer = () => ({ state: 'allowed' });
  const slowly = (questions: readonly GateQuestion[]): Promise<Answer[]> =>
    new Promise((resolve) => {
      held.push(() => resolve(questions.map(answer)));
    });
  const ids = Array.from({ length: 1_300 }, (_, index) => `${index}`);
  render(
    <PermissionsProvider scope="ann@acme" ask={slowly}>
      {ids.map((id) => (
        <Gate key={id} id={id} />
      ))}
    </PermissionsProvider>,
  );
  await pass(0);
  expect(held).toHaveLength(5);
  held[0]?.();
  await pass(0);
  expect(held).toHaveLength(6);
  for (const settle of held.slice(1)) settle();
  await pass(0);
  held[6]?.();
  await pass(0);
  expect(ids.map(textOf).every((state) => state === 'allowed')).toBe(true);
});

test.each([
  ['the user comes back to the window', () => dispatch(window, 'focus')],
  ['the user comes back to the tab', () => dispatch(document, 'visibilitychange')],
  ['the network comes back', () => dispatch(window, 'online')],
])('stale answers are refetched when %s, and shown until then', async (_, comeBack) => {
  render(page('1'));
  await pass(29_999);
  await comeBack();
  expect(asked).toHaveLength(1);
  answer = () => ({ state: 'unavailable', problem: 'not_found' });
  await pass(1);
  expect(textOf('1')).toBe('allowed');
  await comeBack();
  expect(asked).toHaveLength(2);
  expect(textOf('1')).toBe('unavailable');
});

test('a hidden page makes no requests', async () => {
  render(page('1'));
  await pass(60_000);
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  await dispatch(document, 'visibilitychange');
  expect(asked).toHaveLength(1);
});

test('staleTime is configurable: with Infinity an answer never becomes stale', async () => {
  render(
    <PermissionsProvider scope="ann@acme" ask={ask} staleTime={Infinity}>
      <Gate id="1" />
    </PermissionsProvider>,
  );
  await pass(10_000_000);
  await dispatch(window, 'focus');
  expect(asked).toHaveLength(1);
});

test('during an outage, focusing the window retries immediately', async () => {
  answer = () => ({ state: 'unavailable' });
  render(page('1'));
  await pass(0);
  answer = () => ({ state: 'allowed' });
  await dispatch(window, 'online');
  expect(textOf('1')).toBe('allowed');
});

test('refetches a stale answer when its gate mounts again, and does not refetch a fresh one', async () => {
  const { rerender } = render(page('1'));
  await pass(0);
  rerender(page());
  await pass(10_000);
  rerender(page('1'));
  await pass(0);
  expect(asked).toHaveLength(1);
  rerender(page());
  await pass(30_000);
  answer = () => ({ state: 'unavailable', problem: 'not_found' });
  rerender(page('1'));
  expect(textOf('1')).toBe('allowed');
  await pass(0);
  expect(textOf('1')).toBe('unavailable');
});

test('evicts the answer of an unmounted gate after five minutes', async () => {
  const { rerender } = render(page('1'));
  await pass(0);
  rerender(page('2'));
  await pass(300_000);
  rerender(page('2', '3'));
  await pass(0);
  rerender(page('1', '2'));
  expect([textOf('1'), textOf('2')]).toEqual(['unknown', 'allowed']);
});

test('equal answers do not re-render', async () => {
  render(table('1'));
  await pass(30_000);
  const before = rendered;
  await dispatch(window, 'focus');
  expect(asked).toHaveLength(2);
  expect(rendered).toBe(before);
});

test('logs an unanswerable question once, and does not retry it', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {});
  answer = () => ({ state: 'unavailable', problem: 'unknown_permission' });
  render(page('1', '2'));
  await pass(0);
  expect(textOf('1')).toBe('unavailable');
  await pass(120_000);
  expect(asked).toHaveLength(1);
  expect(log.mock.calls).toEqual([['The gate of "reports:publish" has no answer: unknown_permission.']]);
});

test('does not log or retry a question about a deleted instance', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {});
  answer = () => ({ state: 'unavailable', problem: 'not_found' });
  render(page('1'));
  await pass(120_000);
  expect(asked).toHaveLength(1);
  expect(log).not.toHaveBeenCalled();
});
