import { TRPCClientError } from '@trpc/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { keepOpen, type OpenStream, type StreamState } from './keep-open.ts';

type Events = Parameters<OpenStream>[0];

const answered = (httpStatus: number, code: string): Error =>
  TRPCClientError.from({
    error: { code: -32_000, message: '', data: { httpStatus, latchkey: { code, requestId: null } } },
  });

let opened: Events[];
let live: number;
let states: StreamState[];
const onGap = vi.fn<() => void>();
let stop: () => void;
const open = vi.fn<OpenStream>();

function start(): void {
  stop = keepOpen(open, { onGap, onState: (state) => states.push(state) });
}
const newest = (): Events => opened.at(-1)!;
const advance = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  opened = [];
  states = [];
  live = 0;
  onGap.mockReset();
  open.mockReset().mockImplementation((events) => {
    opened.push(events);
    live += 1;
    let isClosed = false;
    return () => {
      if (!isClosed) live -= 1;
      isClosed = true;
    };
  });
});
afterEach(() => stop());

test('reopens a stream that the server ended, and refetches everything', async () => {
  start();
  newest().onOpen();
  expect(onGap).not.toHaveBeenCalled();
  await advance(3_600_000);
  newest().onEnd();
  expect([opened.length, live]).toEqual([1, 0]);
  await advance(1_000);
  expect([opened.length, live]).toEqual([2, 1]);
  expect(onGap).not.toHaveBeenCalled();
  newest().onOpen();
  expect(onGap).toHaveBeenCalledOnce();
  expect(states).toEqual(['open', 'open']);
});

test('does not report the server as lost when it ends the next stream because of the old token', async () => {
  start();
  newest().onOpen();
  await advance(3_600_000);
  newest().onEnd();
  await advance(1_000);
  newest().onOpen();
  newest().onEnd();
  await advance(2_000);
  newest().onOpen();
  expect(opened).toHaveLength(3);
  expect(new Set(states)).toEqual(new Set(['open']));
});

test('backs off up to 30 s while the server is unavailable, with at most one stream', async () => {
  start();
  const starts: number[] = [];
  for (let second = 0; second < 600; second += 1) {
    const before = opened.length;
    expect(live).toBeLessThanOrEqual(1);
    if (live === 1) newest().onEnd(new TypeError('Failed to fetch'));
    await advance(1_000); // oxlint-disable-line no-await-in-loop
    if (opened.length > before) starts.push(second);
  }
  // One attempt every 15 to 30 s in 600 s; the first few follow more quickly.
  expect(opened.length).toBeGreaterThan(600 / 31);
  expect(opened.length).toBeLessThan(600 / 15 + 8);
  expect(states).toContain('lost');
  for (let second = 0; second < 31; second += 1) {
    if (live === 0) await advance(1_000); // oxlint-disable-line no-await-in-loop
  }
  newest().onOpen();
  expect(states.at(-1)).toBe('open');
});

test('the backoff differs from page to page', async () => {
  const random = vi.spyOn(Math, 'random').mockReturnValue(0);
  start();
  newest().onOpen();
  await advance(60_000);
  newest().onEnd();
  await advance(499);
  expect(opened).toHaveLength(1);
  await advance(1);
  expect(opened).toHaveLength(2);
  random.mockReturnValue(0.999);
  newest().onOpen();
  await advance(60_000);
  newest().onEnd();
  await advance(990);
  expect(opened).toHaveLength(2);
  await advance(10);
  expect(opened).toHaveLength(3);
});

test('streams that end immediately do not reset the backoff', async () => {
  start();
  for (let second = 0; second < 300; second += 1) {
    if (live === 1) {
      newest().onOpen();
      newest().onEnd();
    }
    await advance(1_000); // oxlint-disable-line no-await-in-loop
  }
  expect(opened.length).toBeLessThan(300 / 15 + 8);
});

test('gives up a stream that does not start', async () => {
  start();
  await advance(15_000);
  expect(live).toBe(0);
  await advance(2_000);
  expect([opened.length, live]).toEqual([2, 1]);
});

test.each([
  ['SUBJECT_REVOKED', 401],
  ['FORBIDDEN', 403],
  ['NOT_FOUND', 404],
])('%s: refetches everything once, and does not reopen the stream', async (code, status) => {
  start();
  newest().onOpen();
  newest().onEnd(answered(status, code));
  expect(onGap).toHaveBeenCalledOnce();
  await advance(3_600_000);
  dispatchEvent(new Event('online'));
  expect([opened.length, live, onGap.mock.calls.length]).toEqual([1, 0, 1]);
  expect(states.at(-1)).toBe('refused');
});

test('polls occasionally when too many streams are open', async () => {
  start();
  for (let second = 0; second < 300; second += 1) {
    if (live === 1) newest().onEnd(answered(429, 'SUBSCRIPTION_LIMIT'));
    await advance(1_000); // oxlint-disable-line no-await-in-loop
  }
  expect(opened.length).toBeLessThanOrEqual(300 / 15 + 1);
  expect(opened.length).toBeGreaterThanOrEqual(300 / 32);
  expect(onGap.mock.calls.length).toBeGreaterThanOrEqual(opened.length - 1);
  expect(new Set(states)).toEqual(new Set(['crowded']));
});

test('when rate limited, reopens the stream later and does not report the server as lost', async () => {
  start();
  newest().onOpen();
  newest().onEnd(answered(429, 'RATE_LIMITED'));
  expect(states).toEqual(['open', 'limited']);
  await advance(2_000);
  newest().onOpen();
  expect([opened.length, states.at(-1)]).toEqual([2, 'open']);
});

test('reopens the stream immediately when the browser is online again', async () => {
  start();
  for (let time = 0; time < 6; time += 1) {
    if (live === 1) newest().onEnd(new TypeError('Failed to fetch'));
    if (time < 5) await advance(31_000); // oxlint-disable-line no-await-in-loop
  }
  const before = opened.length;
  expect(live).toBe(0);
  dispatchEvent(new Event('online'));
  expect([opened.length, live]).toEqual([before + 1, 1]);
});

test('ignores events of a closed stream', async () => {
  start();
  const first = newest();
  first.onEnd(new TypeError('Failed to fetch'));
  first.onEnd(new TypeError('Failed to fetch'));
  first.onOpen();
  await advance(2_000);
  expect([opened.length, live]).toEqual([2, 1]);
  stop();
  newest().onEnd();
  await advance(60_000);
  expect([opened.length, live]).toEqual([2, 0]);
});

function show(state: DocumentVisibilityState): void {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state);
  document.dispatchEvent(new Event('visibilitychange'));
}

afterEach(() => show('visible'));

test('has one subscription while the page is visible', () => {
  const stop = vi.fn<() => void>();
  const start = vi.fn<() => () => void>().mockReturnValue(stop);
  const end = keepOpen(start, { onGap });
  show('visible');
  expect([start.mock.calls.length, stop.mock.calls.length]).toEqual([1, 0]);
  show('hidden');
  show('hidden');
  expect([start.mock.calls.length, stop.mock.calls.length]).toEqual([1, 1]);
  show('visible');
  expect([start.mock.calls.length, stop.mock.calls.length]).toEqual([2, 1]);
  end();
  expect([start.mock.calls.length, stop.mock.calls.length]).toEqual([2, 2]);
  show('hidden');
  show('visible');
  expect([start.mock.calls.length, stop.mock.calls.length]).toEqual([2, 2]);
});

test('waits while the page is hidden', () => {
  show('hidden');
  const start = vi.fn<() => () => void>().mockReturnValue(() => {});
  const end = keepOpen(start, { onGap });
  expect(start).not.toHaveBeenCalled();
  show('visible');
  expect(start).toHaveBeenCalledOnce();
  end();
});
