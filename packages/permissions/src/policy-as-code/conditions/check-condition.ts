import { z } from 'zod';
import type { AttributeType } from '../../attribute-types.ts';
import { AttributeTypeName } from './attribute-type-name.ts';
import { refOf, testsIn } from './condition-tree.ts';

/** What is wrong with a comparison in a condition. */
export interface ConditionProblem {
  readonly code: 'unknown-attribute' | 'wrong-operator';
  /** A sentence. */
  readonly why: string;
}

/** The types of the paths that a condition may use; `context.*` and `tenant.*` are open. */
export type Paths = ReadonlyMap<string, string>;

/** The paths that are there without being declared. */
const generated: ReadonlyMap<string, AttributeType> = new Map([
  ['user.key', 'string'],
  ['user.email', 'string'],
  ['user.roles', 'array'],
  ['user.tenants', 'array'],
  ['resource.type', 'string'],
]);

export function pathsOf(
  userAttributes: ReadonlyMap<string, string>,
  resourceAttributes: ReadonlyMap<string, string> = new Map(),
): Paths {
  return new Map([
    ...generated,
    ...[...userAttributes].map(([name, type]) => [`user.${name}`, type] as const),
    ...[...resourceAttributes].map(([name, type]) => [`resource.${name}`, type] as const),
  ]);
}

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const equality = (value: z.ZodType) => ({ equals: value, 'not-equals': value });

/** The same as the types of `condition.ts`, for conditions that no compiler has seen. */
const operators: Readonly<Record<AttributeType, Readonly<Record<string, z.ZodType>>>> = {
  bool: equality(z.boolean()),
  number: {
    ...equality(z.number()),
    'less-than': z.number(),
    'less-than-equals': z.number(),
    'greater-than': z.number(),
    'greater-than-equals': z.number(),
    in: z.array(z.number()),
    between: z.tuple([z.number(), z.number()]),
  },
  string: { ...equality(z.string()), contains: z.string(), in: z.array(z.string()) },
  time: equality(z.string()),
  array: {
    array_contains: scalar,
    array_subset: z.array(scalar),
    array_superset: z.array(scalar),
    array_intersect: z.array(scalar),
  },
  json: { object_match: z.unknown(), any_match: z.unknown(), all_match: z.unknown() },
};

export function problemsIn(condition: unknown, paths: Paths): ConditionProblem[] {
  return testsIn(condition).flatMap(({ path, operator, value }): ConditionProblem[] => {
    if (isOpen(path)) return [];
    const type = AttributeTypeName.safeParse(paths.get(path)).data;
    if (type === undefined) return [unknown(path)];
    const accepted = operators[type][operator];
    if (accepted === undefined)
      return [wrong(`"${operator}" does not apply to "${path}", which is of type ${type}.`)];
    const ref = refOf(value);
    if (ref !== undefined) return paths.has(ref) ? [] : [unknown(ref)];
    return accepted.safeParse(value).success
      ? []
      : [wrong(`"${operator}" on "${path}", which is of type ${type}, takes a value of another type.`)];
  });
}

function isOpen(path: string): boolean {
  return path.startsWith('context.') || path.startsWith('tenant.');
}

function unknown(path: string): ConditionProblem {
  return { code: 'unknown-attribute', why: `There is no attribute "${path}".` };
}

function wrong(why: string): ConditionProblem {
  return { code: 'wrong-operator', why };
}
