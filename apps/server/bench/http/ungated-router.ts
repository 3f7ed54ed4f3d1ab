import { initTRPC } from '@trpc/server';
import { benchReport, benchReports, ReportId } from './bench-reports.ts';

const t = initTRPC.create();

/** Two procedures that everyone may call: what the gated ones are compared with. */
export const ungatedRouter = t.router({
  list: t.procedure.query(() => benchReports),
  get: t.procedure.input(ReportId).query(({ input }) => benchReport(input.id)),
});
