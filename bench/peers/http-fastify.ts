import fastify from 'fastify';
import { fastifyPlugin } from '../../apps/server/bench/http/fastify-plugin.ts';
import { serveVariant } from '../../apps/server/bench/http/serve-variant.ts';

/** Fastify and tRPC without authentication and authorization. */
await serveVariant(async () => {
  const app = fastify({ routerOptions: { maxParamLength: 5_000 } });
  await app.register(fastifyPlugin.plugin, fastifyPlugin.options);
  await app.ready();
  return app.routing;
});
