// @vitest-environment jsdom
import { act, cleanup, render, screen } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { GateAnswer, GateQuestion } from '../core/gate-question.ts';
import { getQueryKey, type testPolicy } from '../testing/fixtures/test-policy.ts';
import { createPermissionsReact } from './create-permissions-react.tsx';
import { refreshOnReturn } from './gate-store.ts';

const { PermissionsProvider, useCan, useGate, useInvalidateGates } = createPermissionsReact<
  typeof testPolicy
>({
  getQueryKey,
});

/** In the shape of `@trpc/react-query`'s client. */
function procedure(path: string) {
  return {
    useQuery: (_input: { id: string; note: string } | undefined): null => null,
    path,
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
  grantedByInstanceRoles: ['owner'],
};

let asked: (readonly GateQuestion[])[];
let answer: (question: GateQuestion) => Answer;
let fail: boolean;
/** While set, answers are decided immediately but held back. */
let held: (() => void)[] | undefined;
const ask = async (questions: readonly GateQuestion[]): Promise<Answer[]> => {
  asked.push(questions);
  if (fail) throw new Error('offline');
  const answers = questions.map(answer);
  if (held !== undefined) await new Promise<void>((resolve) => held?.push(resolve));
  return answers;
};

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  answer = () => ({ state: 'allowed' });
  fail = false;
  held = undefined;
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

test('batches the questions of a page, asks identical ones once, and returns unknown until the answers arrive', async () => {
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

const answersWith = (state: Answer) => [[{ path: 'reports.publish', input: { id: '2' } }, state] as const];
const rendered = (scope: string, initialAnswers: ReturnType<typeof answersWith>): ReactNode => (
  <PermissionsProvider scope={scope} ask={ask} initialAnswers={initialAnswers}>
    <Button id="2" />
  </PermissionsProvider>
);

test("a scope does not start with the server's answers for another one", () => {
  const [ofAnn, ofBob] = [answersWith(denied), answersWith({ state: 'allowed' })];
  const { rerender } = render(rendered('ann@acme', ofAnn));
  expect(texts('2')).toEqual(['denied reports:publish']);
  rerender(rendered('ann@other', ofAnn));
  expect(texts('2')).toEqual(['unknown']);
  rerender(rendered('bob@acme', ofBob));
  expect(texts('2')).toEqual(['allowed']);
  rerender(rendered('cat@acme', ofBob));
  expect(texts('2')).toEqual(['unknown']);
});

test('after a return to a scope, the server-rendered answers are as old as the page', async () => {
  const ofAnn = answersWith({ state: 'allowed' });
  const { rerender } = render(rendered('ann@acme', ofAnn));
  rerender(rendered('ann@other', ofAnn));
  await pass(60_000);
  answer = () => denied;
  rerender(rendered('ann@acme', ofAnn));
  await flushMicrotasks();
  expect(texts('2')).toEqual(['denied reports:publish']);
});

test('after a switch, invalidating refetches the gates of the new scope', async () => {
  const { rerender } = render(page('ann@acme'));
  await flushMicrotasks();
  rerender(page('ann@other'));
  await flushMicrotasks();
  answer = () => denied;
  screen.getByTestId('list').click();
  await flushMicrotasks();
  expect(texts('2')).toEqual(['denied reports:publish']);
});

test('a new ask function starts with unknown states, because its server is a different one', async () => {
  const { rerender } = render(page('ann@acme'));
  await flushMicrotasks();
  expect(texts('2')).toEqual(['allowed']);
  rerender(
    <PermissionsProvider
      scope="ann@acme"
      ask={(questions: readonly GateQuestion[]) => Promise.resolve(questions.map(() => denied))}
    >
      <Button id="2" />
    </PermissionsProvider>,
  );
  expect(texts('2')).toEqual(['unknown']);
});

test('a reported change resolves when the page no longer renders what is denied', async () => {
  let change: (() => Promise<void>) | undefined;
  const subscribe = (onChange: () => Promise<void>) => {
    change = onChange;
    return () => {};
  };
  render(
    <PermissionsProvider scope="ann@acme" ask={ask} subscribe={subscribe}>
      <Button id="1" />
    </PermissionsProvider>,
  );
  await flushMicrotasks();
  answer = () => denied;
  held = [];
  const seen: unknown[] = [];
  await act(async () => void change?.().then(() => seen.push(texts('1'))));
  expect(seen).toEqual([]);
  held.forEach((send) => send());
  await flushMicrotasks();
  expect(seen).toEqual([['denied reports:publish']]);
});

test('subscribes to changes for the current scope, and unsubscribes on unmount', async () => {
  const listening = new Set<() => void>();
  const subscribe = (onChange: () => void) => {
    listening.add(onChange);
    return () => listening.delete(onChange);
  };
  const subscribed = (scope: string): ReactNode => (
    <PermissionsProvider scope={scope} ask={ask} subscribe={subscribe}>
      <Button id="2" />
    </PermissionsProvider>
  );
  const { rerender, unmount } = render(subscribed('ann@acme'));
  await flushMicrotasks();
  rerender(subscribed('ann@other'));
  await flushMicrotasks();
  expect([listening.size, asked.length]).toEqual([1, 2]);
  answer = () => denied;
  listening.forEach((onChange) => onChange());
  await flushMicrotasks();
  expect(texts('2')).toEqual(['denied reports:publish']);
  unmount();
  expect(listening.size).toBe(0);
});

function comeBack(): void {
  document.dispatchEvent(new Event('visibilitychange'));
  window.dispatchEvent(new Event('focus'));
  window.dispatchEvent(new Event('online'));
}

test('ignores focus while the page is hidden, and after unmount', () => {
  const refreshed = vi.fn<() => void>();
  const stop = refreshOnReturn(refreshed);
  comeBack();
  expect(refreshed).toHaveBeenCalledTimes(3);
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  document.dispatchEvent(new Event('visibilitychange'));
  expect(refreshed).toHaveBeenCalledTimes(3);
  stop?.();
  comeBack();
  expect(refreshed).toHaveBeenCalledTimes(3);
});

test('does not add listeners without a document, as in React Native', () => {
  vi.stubGlobal('document', undefined);
  expect(refreshOnReturn(() => {})).toBeUndefined();
  vi.unstubAllGlobals();
});

test('invalidating refetches and shows the old answers until the new ones arrive', async () => {
  render(page('ann@acme'));
  await flushMicrotasks();
  answer = () => denied;
  act(() => screen.getByTestId('list').click());
  expect(texts('2')).toEqual(['allowed']);
  await flushMicrotasks();
  expect(texts('2')).toEqual(['denied reports:publish']);
  expect(asked).toHaveLength(2);
});

test('retries until an outage ends, doubling the pause up to 30 s and resetting it to 2 s for the next outage', async () => {
  const pauses = [2_000, 4_000, 8_000, 16_000, 30_000, 30_000];
  fail = true;
  render(page('ann@acme'));
  await flushMicrotasks();
  /* oxlint-disable no-await-in-loop -- one pause after the other */
  for (let outage = 0; outage < 2; outage++) {
    for (const [retries, pause] of pauses.entries()) {
      await pass(pause - 1);
      expect(asked).toHaveLength(retries + 1);
      await pass(1);
      expect(asked).toHaveLength(retries + 2);
    }
    expect(texts('list')).toEqual(['unavailable']);
    fail = false;
    await pass(30_000);
    expect(texts('list')).toEqual(['allowed']);
    expect(texts('1')).toEqual(['allowed', 'allowed']);
    const { length } = asked;
    await pass(120_000);
    expect(asked).toHaveLength(length);
    asked = [];
    fail = true;
    act(() => screen.getByTestId('list').click());
    await flushMicrotasks();
  }
  /* oxlint-enable no-await-in-loop */
});

test('retries only unavailable answers', async () => {
  answer = (question) =>
    'path' in question && question.path === 'reports.list' ? { state: 'allowed' } : { state: 'unavailable' };
  render(page('ann@acme'));
  await flushMicrotasks();
  await pass(2_000);
  expect(asked[1]).toEqual([
    { path: 'reports.publish', input: { id: '1' } },
    { path: 'reports.publish', input: { id: '2' } },
  ]);
});

test('does not refetch a gate that is no longer mounted', async () => {
  const { rerender } = render(page('ann@acme'));
  await flushMicrotasks();
  rerender(
    <PermissionsProvider scope="ann@acme" ask={ask}>
      <List />
    </PermissionsProvider>,
  );
  act(() => screen.getByTestId('list').click());
  await flushMicrotasks();
  expect(asked[1]).toEqual([{ path: 'reports.list', input: undefined }]);
});

test('a gate that is mounted again after a change refetches and shows no old answer', async () => {
  const onlyList = (
    <PermissionsProvider scope="ann@acme" ask={ask}>
      <List />
    </PermissionsProvider>
  );
  const { rerender } = render(page('ann@acme'));
  await flushMicrotasks();
  rerender(onlyList);
  answer = () => denied;
  act(() => screen.getByTestId('list').click());
  await flushMicrotasks();
  rerender(page('ann@acme'));
  expect(texts('1')).toEqual(['unknown', 'unknown']);
  await flushMicrotasks();
  expect(texts('1')).toEqual(['denied reports:publish', 'denied reports:publish']);
});

test('a change during an outage refetches mounted gates immediately and resets the pause', async () => {
  fail = true;
  const { rerender } = render(page('ann@acme'));
  await flushMicrotasks();
  await pass(1_000);
  act(() => screen.getByTestId('list').click());
  await pass(0);
  expect(asked).toHaveLength(2);
  await pass(3_999);
  expect(asked).toHaveLength(2);
  rerender(
    <PermissionsProvider scope="ann@acme" ask={ask}>
      <List />
    </PermissionsProvider>,
  );
  await pass(1);
  expect(asked[2]).toEqual([{ path: 'reports.list', input: undefined }]);
  expect(asked).toHaveLength(3);
});

test('missing answers are unavailable, never allowed', async () => {
  answer = () => ({ state: 'allowed' });
  const short: typeof ask = async (questions) => (await ask(questions)).slice(0, 1);
  render(
    <PermissionsProvider scope="ann@acme" ask={short}>
      <List />
      <Button id="1" />
    </PermissionsProvider>,
  );
  await flushMicrotasks();
  expect([texts('list'), texts('1')]).toEqual([['allowed'], ['unavailable']]);
});

test.each(['null', '{}', '[null]'])('the answers %s are unavailable', async (json) => {
  render(
    <PermissionsProvider scope="ann@acme" ask={async () => JSON.parse(json)}>
      <List />
    </PermissionsProvider>,
  );
  await flushMicrotasks();
  expect(texts('list')).toEqual(['unavailable']);
});

test('a gate without a provider throws', () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  expect(() => render(<List />)).toThrow('PermissionsProvider');
});

test.each([() => [], () => ['reports.publish'], undefined])(
  'a gate throws without a procedure of the client or a way to get its path (%#)',
  (keyOf) => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const other = createPermissionsReact<typeof testPolicy>({ getQueryKey: keyOf });
    const Gate = (): ReactNode => other.useGate(list).state;
    const page = (
      <other.PermissionsProvider scope="ann" ask={ask}>
        <Gate />
      </other.PermissionsProvider>
    );
    expect(() => render(page)).toThrow(keyOf === undefined ? 'getQueryKey' : 'procedure of the tRPC client');
  },
);

test('a procedure and a permission of the same name are two questions', async () => {
  answer = (question) => ('path' in question ? { state: 'allowed' } : denied);
  const same = { useQuery: (_input: { instance: string }): null => null, path: 'reports:publish' };
  function Both(): ReactNode {
    return (
      <p data-testid="both">{`${useGate(same, { instance: '1' }).state} ${useCan('reports:publish', '1').state}`}</p>
    );
  }
  render(
    <PermissionsProvider scope="ann@acme" ask={ask}>
      <Both />
    </PermissionsProvider>,
  );
  await flushMicrotasks();
  expect(texts('both')).toEqual(['allowed denied']);
});
