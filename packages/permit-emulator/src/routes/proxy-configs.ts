import { findProxyConfig } from '../domain/find.ts';
import { createProxyConfig, readProxyConfig, updateProxyConfig } from '../domain/proxy-configs.ts';
import { crud } from '../http/crud.ts';
import { pagingQuery } from '../schemas/common.ts';
import { proxyConfigCreate, proxyConfigUpdate } from '../schemas/facts.ts';

export const proxyConfigRoutes = crud('/v2/facts/{p}/{e}/proxy_configs', {
  id: 'proxy_config_id',
  read: readProxyConfig,
  list: [pagingQuery, ({ proxyConfigs }) => proxyConfigs.values()],
  create: [proxyConfigCreate, createProxyConfig],
  find: findProxyConfig,
  update: [proxyConfigUpdate, updateProxyConfig],
  remove: (env, keyOrId) => env.proxyConfigs.delete(findProxyConfig(env, keyOrId)),
});
