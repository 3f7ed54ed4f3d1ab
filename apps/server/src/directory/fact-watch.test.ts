import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openFactWatch, type FactWatch } from './fact-watch.ts';
import { waitFor } from '../testing/wait-for.ts';

const ann = { subject: 'ann', tenant: 'default' };
const bob = { subject: 'bob', tenant: 'acme' };

let watch: FactWatch;
const facts = new Map<string, string>();
const asked: string[] = [];
const changed: string[] = [];
let isOut = false;
/** The value of `performance.now`, advanced only by tests. */
let clock = 0;
beforeEach(() => {
  clock = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => clock);
});

function open(
  read = async (subject: string): Promise<string> => facts.get(subject) ?? 'viewer',
  interval = 5,
): void {
  facts.clear();
  asked.length = 0;
  changed.length = 0;
  isOut = false;
  watch = openFactWatch({
    interval,
    async factsOf({ subject, tenant }) {
      asked.push(`${subject}@${tenant}`);
      if (isOut) throw new Error('The PDP is out.');
      return read(subject);
    },
    onChange: ({ subject }) => changed.push(subject),
  });
}
afterEach(async () => {
  await watch.close();
  vi.restoreAllMocks();
});

const rounds = async (count: number): Promise<void> => {
  const before = asked.length;
  await waitFor(() => expect(asked.length).toBeGreaterThanOrEqual(before + count));
};

test('detects an unannounced change once, for the affected user', async () => {
  open();
  const stops = [watch.watch(ann), watch.watch(bob)];
  await rounds(4);
  facts.set('ann', 'editor');
  await waitFor(() => expect(changed).toEqual(['ann']));
  await rounds(6);
  expect(changed).toEqual(['ann']);
  for (const one of stops) one.stop();
});

test('an outage is not a change, and a change during it is detected afterwards', async () => {
  open();
  watch.watch(ann);
  await rounds(2);
  isOut = true;
  facts.set('ann', 'editor');
  await rounds(3);
  expect(changed).toEqual([]);
  isOut = false;
  await waitFor(() => expect(changed).toEqual(['ann']));
});

test('reads once for a user with several tabs, and stops when the last tab is closed', async () => {
  open();
  const stops = [watch.watch(ann), watch.watch(ann)];
  await Promise.resolve();
  expect(asked).toEqual(['ann@default']);
  stops[0]?.stop();
  stops[0]?.stop();
  await rounds(2);
  stops[1]?.stop();
  const ofBob = watch.watch(bob);
  await waitFor(() => expect(asked.slice(-3)).toEqual(['bob@acme', 'bob@acme', 'bob@acme']));
  ofBob.stop();
});

/** Waits for several polling rounds that include `bob`. */
const roundsOfBob = async (): Promise<void> => {
  const { stop } = watch.watch(bob);
  const before = asked.length;
  await waitFor(() =>
    expect(asked.slice(before).filter((who) => who === 'bob@acme').length).toBeGreaterThanOrEqual(3),
  );
  stop();
};

test('a page reloaded within ten seconds is notified of changes made while it was closed', async () => {
  open();
  const { stop } = watch.watch(ann);
  await rounds(2);
  clock = 100_000;
  stop();
  facts.set('ann', 'admin');
  clock += 9_999;
  await roundsOfBob();
  watch.watch(ann);
  await waitFor(() => expect(changed).toEqual(['ann']));
});

test('forgets the facts of a page that was closed for longer', async () => {
  open();
  const { stop } = watch.watch(ann);
  await rounds(2);
  stop();
  facts.set('ann', 'admin');
  clock += 10_000;
  await roundsOfBob();
  watch.watch(ann);
  await rounds(3);
  expect(changed).toEqual([]);
});

test('polls slow facts less often', async () => {
  open(async (subject) => {
    if (subject === 'ann') clock += 1_000;
    return 'viewer';
  });
  watch.watch(ann);
  await roundsOfBob();
  clock = 1_000 + 20 * 1_000 - 1;
  await roundsOfBob();
  watch.watch(ann);
  expect(asked.filter((who) => who === 'ann@default')).toHaveLength(1);
  clock += 1;
  await waitFor(() => expect(asked.filter((who) => who === 'ann@default')).toHaveLength(2));
});

test('a change after the last page was closed notifies no page', async () => {
  const answers: ((facts: string) => void)[] = [];
  open((subject) =>
    subject === 'ann' && clock > 0
      ? new Promise((resolve) => answers.push(resolve))
      : Promise.resolve('viewer'),
  );
  const { stop } = watch.watch(ann);
  await rounds(2);
  clock = 1;
  await waitFor(() => expect(answers).toHaveLength(1));
  stop();
  answers[0]?.('admin');
  await roundsOfBob();
  expect(changed).toEqual([]);
});

test('detects a grant and its removal between two rounds if the pages read in the meantime', async () => {
  open(undefined, 1_000_000);
  const { read } = watch.watch(ann);
  await rounds(1);
  facts.set('ann', 'editor');
  // Something else changed: the page reads again and sees the editor.
  read();
  await waitFor(() => expect(changed).toEqual(['ann']));
  facts.set('ann', 'viewer');
  // The page reads again, as the next round would.
  read();
  await waitFor(() => expect(changed).toEqual(['ann', 'ann']));
});

test('every stream of a user is notified of each read, one query serves them all, and an outage is not a read', async () => {
  open();
  const heard = [0, 0];
  const stops = heard.map((_, index) => watch.watch(ann, () => heard[index]!++));
  await waitFor(() => expect(heard[1]).toBeGreaterThanOrEqual(3));
  expect(heard[0]).toBe(heard[1]);
  expect(asked.length - heard[0]!).toBeLessThanOrEqual(1);
  stops[0]?.stop();
  const before = heard[0];
  await rounds(3);
  expect(heard[0]).toBe(before);
  isOut = true;
  await rounds(1);
  const duringOutage = heard[1];
  await rounds(3);
  expect(heard[1]).toBe(duringOutage);
});
