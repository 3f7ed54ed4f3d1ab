import express from 'express';
import { benchReports } from './bench-reports.ts';
import { serveVariant } from './serve-variant.ts';

/** The same answer by Express without tRPC. */
await serveVariant(() =>
  express().get('/trpc/list', (_request, response) => {
    response.json({ result: { data: benchReports } });
  }),
);
