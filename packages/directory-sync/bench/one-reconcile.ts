import { z } from 'zod';
import { noLimits } from '../src/apply/limits.ts';
import { createRateLimiter } from '../src/apply/rate-limiter.ts';
import { createLogtoManagement } from '../src/logto/logto-management.ts';
import { createPermitFacts } from '../src/permit/permit-facts.ts';
import { createPermitTransport } from '../src/permit/permit-transport.ts';
import { reconcileAll } from '../src/reconcile/reconcile-all.ts';
import { testMapping } from '../src/testing/test-policy.ts';

/** Measures one run, for full-reconcile.ts. The argument has the connections to Logto and Permit as JSON. */
const Connections = z.object({
  logto: z.object({ endpoint: z.url(), appId: z.string(), appSecret: z.string() }),
  permit: z.object({ apiUrl: z.url(), pdpUrl: z.url(), apiKey: z.string() }),
});
const { logto, permit } = Connections.parse(JSON.parse(process.argv[2] ?? ''));
const deps = {
  logto: createLogtoManagement({ ...logto, deadline: 120_000 }),
  permit: createPermitFacts(
    createPermitTransport({ ...permit, deadline: 120_000 }, createRateLimiter(noLimits)),
  ),
  mapping: testMapping,
};

const [began, processor] = [performance.now(), process.cpuUsage()];
let peak = 0;
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 50);
const { users, tenants, operations, failed } = await reconcileAll(deps, { force: true });
clearInterval(watch);
const { user, system } = process.cpuUsage(processor);
const tenths = (milliseconds: number): number => Math.round(milliseconds / 100) / 10;
console.log(
  JSON.stringify({
    users,
    tenants,
    operations: operations.length,
    failed: failed.length,
    seconds: tenths(performance.now() - began),
    /** Of this process only; `seconds` includes the time of the emulators. */
    processorSeconds: tenths((user + system) / 1000),
    peakMiB: Math.round(peak / 2 ** 20),
  }),
);
process.exit();
