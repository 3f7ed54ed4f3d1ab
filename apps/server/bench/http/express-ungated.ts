import express from 'express';
import { initTRPC } from '@trpc/server';
import { adapters, serveVariant } from './serve-variant.ts';

const t = initTRPC.create();

/** Two public procedures: the baseline for the gated ones. */
const ungatedRouter = t.router({
  list: t.procedure.query(() => benchReports),
  get: t.procedure.input(ReportId).query(({ input }) => benchReport(input.id)),
});
import { benchReport, benchReports, ReportId } from './bench-reports.ts';

/** Express and tRPC without authentication or authorization: the baseline, 1.00. */
await serveVariant(({ adapter }) => express().use('/trpc', adapters[adapter]({ router: ungatedRouter })));
