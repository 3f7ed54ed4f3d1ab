import { setImmediate } from 'node:timers/promises';

/** Milliseconds without a pause. */
const sliceTime = 5;

/** So many items lie between two looks at the clock. */
const stride = 100;

/** Runs through many items, and lets the process do other things every few milliseconds. */
export async function inSlices<Item>(items: Iterable<Item>, run: (item: Item) => void): Promise<void> {
  let began = performance.now();
  let count = 0;
  for (const item of items) {
    run(item);
    if (++count % stride !== 0 || performance.now() - began < sliceTime) continue;
    await setImmediate(); // oxlint-disable-line no-await-in-loop -- that is the pause
    began = performance.now();
  }
}
