import { createPermissions, type PolicyPermissions } from '@latchkey/permissions';
import { createPermitDecider } from '@latchkey/permissions/permit';
import { createGates, type Gate } from '@latchkey/permissions/trpc';
import { policy } from '@latchkey/policy';
import { initTRPC } from '@trpc/server';
import express from 'express';
import { benchReport, benchReports, ReportId } from './bench-reports.ts';
import { adapters, serveVariant, tokenIdentity } from './serve-variant.ts';

interface Context {
  readonly permissions: PolicyPermissions<typeof policy>;
}

const t = initTRPC.context<Context>().meta<{ readonly gate?: Gate }>().create();
const permitted = createGates(t.procedure);
const router = t.router({
  list: permitted('reports:view', undefined).query(() => benchReports),
  get: permitted('reports:view', ReportId, ({ id }) => id).query(({ input }) => benchReport(input.id)),
});

/** The procedures of the benchmark, behind the toolkit's gates. */
await serveVariant((setting) => {
  const identify = tokenIdentity(setting);
  const decider = createPermitDecider({
    policy,
    url: setting.pdpUrl,
    apiKey: 'bench',
    cache: setting.cacheTtl === undefined ? {} : { ttl: setting.cacheTtl },
  });
  const createContext = async ({ req }: { req: express.Request }): Promise<Context> => ({
    permissions: createPermissions(decider, await identify(req.headers)),
  });
  return express().use('/trpc', adapters[setting.adapter]({ router, createContext }));
});
