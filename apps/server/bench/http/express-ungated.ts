import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import { serveVariant } from './serve-variant.ts';
import { ungatedRouter } from './ungated-router.ts';

/** Express and tRPC without authentication and authorization: 1.00. */
await serveVariant(() => express().use('/trpc', createExpressMiddleware({ router: ungatedRouter })));
