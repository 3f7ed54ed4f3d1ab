import { checkConditions, type Json, type JsonObject } from '@latchkey/permit-engine';
import { PermitError } from '../errors.ts';
import type { Environment } from '../model/environment.ts';
import type { AttributeRecord, ByKey, ConditionSetRecord } from '../model/records.ts';

/* The option `strict` refuses what the real Permit accepts although it always decides the same way. */

/** Only attributes of resources need a definition; `resource.type` always exists. */
function isKnownIn({ resources }: Environment, resource: string | null) {
  const own = resource === null ? [...resources.values()] : [resources.get(resource)];
  return (path: string): boolean => {
    const [root, name = ''] = path.split('.');
    if (root !== 'resource' || name === 'type') return true;
    return own.some((of) => of !== undefined && !of.built_in && Object.hasOwn(of.attributes, name));
  };
}

/** Refuses conditions that hold for no request. */
export function checkSet(
  env: Environment,
  { key, resource, conditions }: Pick<ConditionSetRecord, 'conditions' | 'key' | 'resource'>,
): void {
  if (!env.strict) return;
  const problems = checkConditions(conditions, isKnownIn(env, resource));
  if (problems.length === 0) return;
  const isAttribute = problems.every(({ code }) => code === 'unknown_attribute');
  throw new PermitError(
    isAttribute ? 'MISSING_RESOURCE_ATTRIBUTE' : 'INVALID_INPUT',
    'The conditions can hold for no request',
    `Condition set '${key}': ${problems.map(({ why }) => why).join(' ')}`,
  );
}

export function checkRule(
  { strict }: Environment,
  { key, resource }: ConditionSetRecord,
  permissions: readonly string[],
): void {
  const foreign = strict && permissions.find((permission) => permission.split(':')[0] !== resource);
  if (foreign === undefined || foreign === false) return;
  throw new PermitError(
    'INVALID_INPUT',
    'The permission does not fit the resource set',
    `'${foreign}' is a permission on another resource than '${resource}', which resource set '${key}' is about`,
  );
}

export function checkAttributes(
  { strict }: Environment,
  defined: ByKey<AttributeRecord> | undefined,
  attributes: JsonObject | null | undefined,
): void {
  if (!strict || defined === undefined) return;
  for (const [name, value] of Object.entries(attributes ?? {})) {
    const type = Object.hasOwn(defined, name) ? defined[name]?.type : undefined;
    if (type === undefined || value === null || fits[type](value)) continue;
    throw new PermitError(
      'MISMATCH_ATTRIBUTES_TYPES',
      'An attribute has a value of another type',
      `Attribute '${name}' is defined as ${type}; its value is ${typeName(value)}`,
    );
  }
}

export function checkUserAttributes(env: Environment, attributes: JsonObject | null | undefined): void {
  checkAttributes(env, env.resources.get('__user')?.attributes, attributes);
}

const isRecord = (value: Json): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fits: Readonly<Record<AttributeRecord['type'], (value: Json) => boolean>> = {
  array: Array.isArray,
  bool: (value) => typeof value === 'boolean',
  json: () => true,
  number: (value) => typeof value === 'number',
  object: isRecord,
  object_array: (value) => Array.isArray(value) && value.every(isRecord),
  string: (value) => typeof value === 'string',
  time: (value) => typeof value === 'string' || typeof value === 'number',
};

function typeName(value: Json): string {
  if (Array.isArray(value)) return 'an array';
  const names: Readonly<Record<string, string>> = {
    boolean: 'a bool',
    number: 'a number',
    string: 'a string',
  };
  return names[typeof value] ?? 'an object';
}
