import { initTRPC, TRPCError } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express, { type Request } from 'express';
import type { Identity } from '../../src/authentication/identity.ts';
import { benchReports } from './bench-reports.ts';
import { serveVariant, tokenIdentity } from './serve-variant.ts';

/** Serves Express and tRPC with tokens verified once and a check inside the procedure. */
export async function serveChecked(isAllowed: (subject: string) => boolean): Promise<void> {
  await serveVariant((setting) => {
    const identify = tokenIdentity(setting);
    const t = initTRPC.context<{ readonly identity: Identity }>().create();
    const router = t.router({
      list: t.procedure.query(({ ctx }) => {
        if (!isAllowed(ctx.identity.subject)) throw new TRPCError({ code: 'FORBIDDEN' });
        return benchReports;
      }),
    });
    const createContext = async ({ req }: { req: Request }) => ({ identity: await identify(req.headers) });
    return express().use('/trpc', createExpressMiddleware({ router, createContext }));
  });
}
