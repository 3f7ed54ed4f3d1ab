import { afterEach, expect, test, vi } from 'vitest';
import { openFactWatch, type FactWatch } from './fact-watch.ts';

const ann = { subject: 'ann', tenant: 'default' };
const bob = { subject: 'bob', tenant: 'acme' };

let watch: FactWatch;
const facts = new Map<string, string>();
const asked: string[] = [];
const changed: string[] = [];
let isOut = false;

function open(): void {
  facts.clear();
  asked.length = 0;
  changed.length = 0;
  isOut = false;
  watch = openFactWatch({
    interval: 5,
    async factsOf({ subject, tenant }) {
      asked.push(`${subject}@${tenant}`);
      if (isOut) throw new Error('The PDP is out.');
      return facts.get(subject) ?? 'viewer';
    },
    onChange: ({ subject }) => changed.push(subject),
  });
}
afterEach(() => watch.close());

const rounds = async (count: number): Promise<void> => {
  const before = asked.length;
  await vi.waitFor(() => expect(asked.length).toBeGreaterThanOrEqual(before + count));
};

test('a change that nobody told of is found, once, for the person whom it concerns', async () => {
  open();
  const stops = [watch.watch(ann), watch.watch(bob)];
  await rounds(4);
  facts.set('ann', 'editor');
  await vi.waitFor(() => expect(changed).toEqual(['ann']));
  await rounds(6);
  expect(changed).toEqual(['ann']);
  for (const stop of stops) stop();
});

test('an outage is no change, and a change during it is found after it', async () => {
  open();
  watch.watch(ann);
  await rounds(2);
  isOut = true;
  facts.set('ann', 'editor');
  await rounds(3);
  expect(changed).toEqual([]);
  isOut = false;
  await vi.waitFor(() => expect(changed).toEqual(['ann']));
});

test('a person with several tabs is asked about once, and no longer when the last one is closed', async () => {
  open();
  const stops = [watch.watch(ann), watch.watch(ann)];
  expect(asked).toEqual(['ann@default']);
  stops[0]?.();
  stops[0]?.();
  await rounds(2);
  stops[1]?.();
  const stopBob = watch.watch(bob);
  await vi.waitFor(() => expect(asked.slice(-3)).toEqual(['bob@acme', 'bob@acme', 'bob@acme']));
  stopBob();
});

test('a page that is reloaded hears of what changed while it was closed', async () => {
  open();
  const stop = watch.watch(ann);
  await rounds(2);
  stop();
  facts.set('ann', 'admin');
  watch.watch(ann);
  await vi.waitFor(() => expect(changed).toEqual(['ann']));
});
