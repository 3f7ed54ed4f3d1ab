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

/** The baseline (1.00): Express and tRPC without authentication or authorization. */
await serveVariant(({ adapter }) => express().use('/trpc', adapters[adapter]({ router: ungatedRouter })));
