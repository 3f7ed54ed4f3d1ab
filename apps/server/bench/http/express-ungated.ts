import express from 'express';
import { adapters, serveVariant } from './serve-variant.ts';
import { ungatedRouter } from './ungated-router.ts';

/** Express and tRPC without authentication and authorization: 1.00. */
await serveVariant(({ adapter }) => express().use('/trpc', adapters[adapter]({ router: ungatedRouter })));
