import { initTRPC, TRPCError } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { Permit } from 'permitio';
import { benchReports } from './bench-reports.ts';
import { serveVariant } from './serve-variant.ts';

const contextOf = ({ req }: { req: express.Request }) => ({ authorization: req.headers.authorization ?? '' });

/**
 * The benchmark's procedure `list`, protected as in Logto's published guide to Permit.io: every call verifies the token
 * and queries the PDP through the SDK.
 */
await serveVariant(({ pdpUrl, issuer, audience, jwksUrl }) => {
  const permit = new Permit({ pdp: pdpUrl, token: 'bench' });
  const keys = createRemoteJWKSet(new URL(jwksUrl));
  const t = initTRPC.context<{ readonly authorization: string }>().create();
  const router = t.router({
    list: t.procedure.query(async ({ ctx }) => {
      const token = ctx.authorization.slice('Bearer '.length);
      const { payload } = await jwtVerify(token, keys, { issuer, audience }).catch((cause: unknown) => {
        throw new TRPCError({ code: 'UNAUTHORIZED', cause });
      });
      const isPermitted = await permit.check(payload.sub ?? '', 'view', 'reports');
      if (!isPermitted) throw new TRPCError({ code: 'FORBIDDEN' });
      return benchReports;
    }),
  });
  return express().use('/trpc', createExpressMiddleware({ router, createContext: contextOf }));
});
