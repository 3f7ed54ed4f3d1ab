import { setTimeout as sleep } from 'node:timers/promises';
import { openBenchSync, receiveSignUp } from './open-bench-sync.ts';

/** `node bench/queued-subjects.ts [subjects]`: so many new users wait in the queue; how fast are they in Permit? */
const [subjects = 10_000] = process.argv.slice(2).map(Number);
await using bench = await openBenchSync(subjects);
const { sync } = bench;

await sync.control.setPaused(true);
await sleep(500);
await Promise.all(Array.from({ length: subjects }, (_, index) => receiveSignUp(sync, index)));
const began = performance.now();
await sync.control.setPaused(false);
while ((await sync.control.deliveries.counts()).pending > 0) await sleep(100); // oxlint-disable-line no-await-in-loop -- until nothing waits
const seconds = (performance.now() - began) / 1000;
console.log(
  JSON.stringify({
    subjects,
    seconds: Math.round(seconds * 10) / 10,
    perSecond: Math.round(subjects / seconds),
    ...(await sync.control.deliveries.counts()),
  }),
);
