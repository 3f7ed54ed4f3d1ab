import { applyPatch } from '../model/table.ts';
import { duplicate, PermitError } from '../errors.ts';
import type { Environment } from '../model/environment.ts';
import type { MappingRule, ProxyConfigRecord } from '../model/records.ts';
import type { MappingRuleInput, ProxyConfigCreate, ProxyConfigUpdate } from '../schemas/facts.ts';
import { findPart, findResource } from './find.ts';

/** Without an action, the rule maps to the action named after the HTTP method. */
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
  before: ProxyConfigRecord,
  input: ProxyConfigUpdate,
): ProxyConfigRecord {
  const config = applyPatch(before, {
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

const variable = /^\{(.*)\}$/;

function split(url: string): { readonly parts: string[]; readonly query: URLSearchParams | undefined } {
  const mark = url.indexOf('?');
  const path = mark === -1 ? url : url.slice(0, mark);
  return {
    parts: path.split('/'),
    query: mark === -1 ? undefined : new URLSearchParams(url.slice(mark + 1)),
  };
}

/** Python's `re.match`: anchored at the start only. An invalid expression never matches. */
function pythonMatch(pattern: string, url: string): RegExpExecArray | null {
  try {
    return new RegExp(`^(?:${pattern.replaceAll('(?P<', '(?<')})`).exec(url);
  } catch {
    return null;
  }
}

/**
 * Returns the captured values when the template matches the whole URL. Like the PDP, captures from the path
 * with its query: a variable in the last segment of a template with a query is not captured by its name.
 */
function matchTemplate(template: string, url: string): Record<string, string> | undefined {
  const rule = split(template);
  const actual = split(url);
  if (rule.parts.length !== actual.parts.length) return undefined;
  for (const [index, part] of rule.parts.entries()) {
    if (!variable.test(part) && part !== actual.parts[index]) return undefined;
  }
  const captured = capturedIn(template.split('/'), url.split('/'));
  for (const [key, expected] of rule.query ?? []) {
    const value = actual.query?.getAll(key).at(-1);
    if (value === undefined) return undefined;
    const name = variable.exec(expected)?.[1];
    if (name !== undefined) captured[name] = value;
    else if (expected !== value) return undefined;
  }
  return captured;
}

function capturedIn(rule: readonly string[], url: readonly string[]): Record<string, string> {
  if (rule.length !== url.length) return {};
  const captured = rule.flatMap((part, index) => {
    const name = variable.exec(part)?.[1];
    return name === undefined ? [] : [[name, url[index] ?? '']];
  });
  return Object.fromEntries(captured);
}

function matchRule(rule: MappingRule, url: string): Record<string, string> | undefined {
  if (rule.url_type !== 'regex') return matchTemplate(rule.url, url);
  const match = pythonMatch(rule.url, url);
  return match === null ? undefined : { ...match.groups };
}

interface Mapped {
  readonly rule: MappingRule;
  /** They become attributes of the resource. */
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * The first of the rules with the highest priority, as `MappingRulesUtils` of
 * https://github.com/permitio/PDP.
 */
export function mapUrl(rules: Iterable<MappingRule>, method: string, url: string): Mapped | undefined {
  let best: Mapped | undefined;
  for (const rule of rules) {
    if (rule.http_method.toLowerCase() !== method.toLowerCase()) continue;
    if (best !== undefined && (rule.priority ?? 0) <= (best.rule.priority ?? 0)) continue;
    const attributes = matchRule(rule, url);
    if (attributes !== undefined) best = { rule, attributes };
  }
  return best;
}
