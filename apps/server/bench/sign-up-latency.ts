import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { webhookDeliveries } from '../src/features/sync/tables.ts';
import { openBenchSync, receiveSignUp } from './open-bench-sync.ts';

/** `node bench/sign-up-latency.ts [sign-ups] [per second]`: the time from the stored delivery to the user in Permit. */
const [signUps = 300, perSecond = 20] = process.argv.slice(2).map(Number);
await using bench = await openBenchSync(signUps);

/* oxlint-disable no-await-in-loop -- one after the other */
for (let index = 0; index < signUps; index++) {
  await receiveSignUp(bench.sync, index);
  await sleep(1_000 / perSecond);
}
while ((await bench.sync.control.deliveries.counts()).pending > 0) await sleep(50);
/* oxlint-enable no-await-in-loop */
const milliseconds = sql`extract(epoch from settled_at - received_at) * 1000`;
const at = (part: number) =>
  sql<number>`round(percentile_cont(${part}) within group (order by ${milliseconds}))::int`;
const [found] = await bench.db
  .select({ p50: at(0.5), p95: at(0.95), p99: at(0.99), most: sql<number>`round(max(${milliseconds}))::int` })
  .from(webhookDeliveries);
console.log(JSON.stringify({ signUps, perSecond, milliseconds: found }));
