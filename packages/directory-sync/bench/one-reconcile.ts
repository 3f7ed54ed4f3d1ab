import { z } from 'zod';
import { noLimits } from '../src/apply/limits.ts';
import { createRateLimiter } from '../src/apply/rate-limiter.ts';
import { createLogtoManagement } from '../src/logto/logto-management.ts';
import { createPermitFacts } from '../src/permit/permit-facts.ts';
import { createPermitTransport } from '../src/permit/permit-transport.ts';
import { reconcileAll } from '../src/reconcile/reconcile-all.ts';
import { m2m } from '../src/testing/sync-application.ts';
import { testMapping } from '../src/testing/test-policy.ts';

/** One run, measured, for full-reconcile.ts. The argument says where Logto and Permit are. */
const Where = z.object({
  logtoUrl: z.url(),
  permit: z.object({ apiUrl: z.url(), pdpUrl: z.url(), apiKey: z.string() }),
});
const { logtoUrl, permit } = Where.parse(JSON.parse(process.argv[2] ?? ''));
const deps = {
  logto: createLogtoManagement({ endpoint: logtoUrl, ...m2m, deadline: 120_000 }),
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
    /** This process's own; in `seconds` there are the emulators' too. */
    processorSeconds: tenths((user + system) / 1000),
    peakMiB: Math.round(peak / 2 ** 20),
  }),
);
process.exit();
