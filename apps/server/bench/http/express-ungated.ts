import express from 'express';
import { initTRPC } from '@trpc/server';
import { adapters, serveVariant } from './serve-variant.ts';

const t = initTRPC.create();

/** Two procedures that everyone may call: what the gated ones are compared with. */
const ungatedRouter = t.router({
  list: t.procedure.query(() => benchReports),
  get: t.procedure.input(ReportId).query(({ input }) => benchReport(input.id)),
});
import { benchReport, benchReports, ReportId } from './bench-reports.ts';

/** Express and tRPC without authentication and authorization: 1.00. */
await serveVariant(({ adapter }) => express().use('/trpc', adapters[adapter]({ router: ungatedRouter })));
