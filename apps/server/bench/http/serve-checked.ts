import type { RequestListener } from 'node:http';
import { initTRPC, TRPCError } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import type { Identity } from '../../src/auth/identity.ts';
import { benchReports } from './bench-reports.ts';
import type { Setting } from './serve-variant.ts';
import { tokenIdentity } from './token-identity.ts';

/** Express and tRPC where tokens are verified once and the procedure itself asks a check. */
export function serveChecked(
  setting: Setting,
  isAllowed: (identity: Identity) => boolean | Promise<boolean>,
): RequestListener {
  const identify = tokenIdentity(setting);
  const t = initTRPC.context<{ readonly identity: Identity }>().create();
  const router = t.router({
    list: t.procedure.query(async ({ ctx }) => {
      if (!(await isAllowed(ctx.identity))) throw new TRPCError({ code: 'FORBIDDEN' });
      return benchReports;
    }),
  });
  const createContext = async ({ req }: { req: express.Request }) => ({
    identity: await identify(req.headers),
  });
  return express().use('/trpc', createExpressMiddleware({ router, createContext }));
}
