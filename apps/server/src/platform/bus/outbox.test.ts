import { expect, test } from 'vitest';
import { createOutbox } from './outbox.ts';

test('messages are queued in order, and returned ones go first', () => {
  const outbox = createOutbox(() => 'gap');
  expect([outbox.isEmpty(), outbox.drain()]).toEqual([true, []]);
  for (const message of ['one', 'two']) outbox.add(message);
  expect(outbox.isEmpty()).toBe(false);
  const drained = outbox.drain();
  expect([drained, outbox.isEmpty()]).toEqual([['one', 'two'], true]);
  outbox.add('three');
  outbox.putBack(drained);
  expect(outbox.drain()).toEqual(['one', 'two', 'three']);
});

test('a thousand messages are queued, and one more turns all of them into one gap', () => {
  const outbox = createOutbox(() => 'gap');
  const messages = Array.from({ length: 1_000 }, (_, index) => `message-${index}`);
  for (const message of messages) outbox.add(message);
  expect(outbox.drain()).toEqual(messages);
  outbox.add('new');
  outbox.putBack(messages);
  expect(outbox.drain()).toEqual(['gap']);
  for (const message of [...messages, 'new', 'newer']) outbox.add(message);
  expect(outbox.drain()).toEqual(['gap', 'newer']);
});
