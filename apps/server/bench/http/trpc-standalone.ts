import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import { serveVariant } from './serve-variant.ts';
import { ungatedRouter } from './ungated-router.ts';

/** tRPC's own server, without Express. */
await serveVariant(() => createHTTPHandler({ router: ungatedRouter, basePath: '/trpc/' }));
