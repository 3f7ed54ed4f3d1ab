import { afterEach, expect, test, vi } from 'vitest';
import { subscribeWhileVisible } from './keep-open.ts';

function show(state: DocumentVisibilityState): void {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state);
  document.dispatchEvent(new Event('visibilitychange'));
}

afterEach(() => show('visible'));

test('has one subscription while the page is visible', () => {
  const stop = vi.fn<() => void>();
  const start = vi.fn<() => () => void>().mockReturnValue(stop);
  const end = subscribeWhileVisible(start);
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
  const end = subscribeWhileVisible(start);
  expect(start).not.toHaveBeenCalled();
  show('visible');
  expect(start).toHaveBeenCalledOnce();
  end();
});
