import { fastifyTRPCPlugin } from '@trpc/server/adapters/fastify';
import { ungatedRouter } from './ungated-router.ts';

/** The ungated procedures for Fastify, which is installed with the peers only. */
export const fastifyPlugin = {
  plugin: fastifyTRPCPlugin,
  options: { prefix: '/trpc', trpcOptions: { router: ungatedRouter } },
};
