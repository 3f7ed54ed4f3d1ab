import { applyPatch } from '../domain/apply-patch.ts';
import { paginate } from '../domain/paging.ts';
import {
  buildMappingRule,
  createProxyConfig,
  putProxyConfig,
  readProxyConfig,
} from '../domain/proxy-configs.ts';
import { notFound } from '../errors.ts';
import { inEnvironment, noContent } from '../http/route.ts';
import type { Environment } from '../model/environment.ts';
import type { ProxyConfigRecord } from '../model/records.ts';
import { pagingQuery } from '../schemas/common.ts';
import { proxyConfigCreate, proxyConfigUpdate } from '../schemas/proxy-configs.ts';

function find({ proxyConfigs }: Environment, keyOrId: string): ProxyConfigRecord {
  const found = proxyConfigs.find(keyOrId);
  if (found === undefined) throw notFound('ProxyConfig', keyOrId);
  return found;
}

export const proxyConfigRoutes = [
  inEnvironment('GET /v2/facts/{p}/{e}/proxy_configs', {
    query: pagingQuery,
    run: (env, { query }) =>
      paginate(env.proxyConfigs.values(), query, (config) => readProxyConfig(env, config)).data,
  }),
  inEnvironment('POST /v2/facts/{p}/{e}/proxy_configs', {
    body: proxyConfigCreate,
    run: (env, { body }) => readProxyConfig(env, createProxyConfig(env, body)),
  }),
  inEnvironment('GET /v2/facts/{p}/{e}/proxy_configs/{proxy_config_id}', {
    run: (env, { params }) => readProxyConfig(env, find(env, params.proxy_config_id)),
  }),
  inEnvironment('PATCH /v2/facts/{p}/{e}/proxy_configs/{proxy_config_id}', {
    body: proxyConfigUpdate,
    run(env, { params, body }) {
      const config = applyPatch(find(env, params.proxy_config_id), {
        ...body,
        mapping_rules: body.mapping_rules?.map((rule) => buildMappingRule(env, rule)),
        updated_at: env.now(),
      });
      putProxyConfig(env, config);
      return readProxyConfig(env, config);
    },
  }),
  inEnvironment('DELETE /v2/facts/{p}/{e}/proxy_configs/{proxy_config_id}', {
    run(env, { params }) {
      env.proxyConfigs.delete(find(env, params.proxy_config_id));
      return noContent;
    },
  }),
];
