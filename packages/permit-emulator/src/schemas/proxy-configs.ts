import { z } from 'zod';
import { attributes, key } from './common.ts';

const methods = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'] as const;

const mappingRule = z.strictObject({
  url: z.string(),
  url_type: z.enum(['regex']).nullish(),
  http_method: z.enum(methods),
  resource: z.string(),
  headers: z.record(z.string(), z.string()).nullish(),
  action: z.string().nullish(),
  priority: z.int().nullish(),
});

const authMechanism = z.enum(['Bearer', 'Basic', 'Headers']);
const secret = z.union([z.string(), attributes]);

export const proxyConfigCreate = z.strictObject({
  key,
  name: z.string(),
  secret,
  mapping_rules: z.array(mappingRule).optional(),
  auth_mechanism: authMechanism.optional(),
});

export const proxyConfigUpdate = z.strictObject({
  name: z.string().optional(),
  secret: secret.optional(),
  mapping_rules: z.array(mappingRule).optional(),
  auth_mechanism: authMechanism.optional(),
});

export type MappingRuleInput = z.output<typeof mappingRule>;
export type ProxyConfigCreate = z.output<typeof proxyConfigCreate>;
export type ProxyConfigUpdate = z.output<typeof proxyConfigUpdate>;
