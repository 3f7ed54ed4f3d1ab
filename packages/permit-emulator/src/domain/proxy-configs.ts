import { applyPatch } from '../model/table.ts';
import { duplicate, PermitError } from '../errors.ts';
import type { Environment } from '../model/environment.ts';
import type { MappingRule, ProxyConfigRecord } from '../model/records.ts';
import type { MappingRuleInput, ProxyConfigCreate, ProxyConfigUpdate } from '../schemas/facts.ts';
import { findPart, findProxyConfig, findResource } from './find.ts';

/** A rule maps to a defined action; without one, to the action named after the HTTP method. */
function buildMappingRule(env: Environment, input: MappingRuleInput): MappingRule {
  const resource = findResource(env, input.resource);
  return {
    url: input.url,
    url_type: input.url_type ?? null,
    http_method: input.http_method,
    resource: resource.key,
    headers: input.headers ?? {},
    action: input.action == null ? null : findPart(resource.actions, 'ResourceAction', input.action).key,
    priority: input.priority ?? null,
  };
}

function checkSecret({ secret, auth_mechanism }: Pick<ProxyConfigRecord, 'auth_mechanism' | 'secret'>): void {
  if (auth_mechanism === 'Headers' ? typeof secret === 'string' : typeof secret !== 'string') {
    throw new PermitError(
      'INVALID_INPUT',
      'The secret does not fit the authentication mechanism',
      "'Bearer' and 'Basic' take a text, 'Headers' takes an object",
    );
  }
}

export function createProxyConfig(env: Environment, input: ProxyConfigCreate): ProxyConfigRecord {
  if (env.proxyConfigs.has(input.key)) throw duplicate('proxy config', input.key);
  const config: ProxyConfigRecord = {
    ...env.stamp(),
    key: input.key,
    name: input.name,
    secret: input.secret,
    mapping_rules: (input.mapping_rules ?? []).map((rule) => buildMappingRule(env, rule)),
    auth_mechanism: input.auth_mechanism ?? 'Bearer',
  };
  checkSecret(config);
  env.proxyConfigs.put(config);
  return config;
}

export function updateProxyConfig(
  env: Environment,
  keyOrId: string,
  input: ProxyConfigUpdate,
): ProxyConfigRecord {
  const config = applyPatch(findProxyConfig(env, keyOrId), {
    ...input,
    mapping_rules: input.mapping_rules?.map((rule) => buildMappingRule(env, rule)),
    updated_at: env.now(),
  });
  checkSecret(config);
  env.proxyConfigs.put(config);
  return config;
}

export function readProxyConfig(env: Environment, config: ProxyConfigRecord): Record<string, unknown> {
  const { key, id, created_at, updated_at, secret, name, mapping_rules, auth_mechanism } = config;
  return { key, id, ...env.scope, created_at, updated_at, secret, name, mapping_rules, auth_mechanism };
}
