import { z } from 'zod/v4';
import type { AttributeType } from '../../core/policy.ts';
import { valueOf } from '../../core/records.ts';
import { refOf, testsIn } from './condition-tree.ts';

export interface ConditionProblem {
  readonly code: 'unknown-attribute' | 'wrong-operator';
  readonly why: string;
}

/** Attribute types by path, without `context.*` and `tenant.*`, which need no declaration. */
export type Paths = ReadonlyMap<string, string>;

/** Those of the type `GeneratedAttributes`. */
const generatedPaths: ReadonlyMap<string, AttributeType> = new Map([
  ['user.key', 'string'],
  ['user.email', 'string'],
  ['user.roles', 'array'],
  ['user.tenants', 'array'],
  ['resource.type', 'string'],
]);

/** On users or, with `resourceAttributes`, on instances. */
export function pathsOf(
  userAttributes: ReadonlyMap<string, string>,
  resourceAttributes: ReadonlyMap<string, string> = new Map(),
): Paths {
  return new Map([
    ...generatedPaths,
    ...[...userAttributes].map(([name, type]) => [`user.${name}`, type] as const),
    ...[...resourceAttributes].map(([name, type]) => [`resource.${name}`, type] as const),
  ]);
}

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const equality = (value: z.ZodType) => ({ equals: value, 'not-equals': value });

/** `Operators` of `condition-checks.ts`, for run time. */
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

/** What the compiler would report in TypeScript. */
export function problemsIn(condition: unknown, paths: Paths): ConditionProblem[] {
  return testsIn(condition).flatMap(({ path, operator, value }): ConditionProblem[] => {
    if (isOpen(path)) return [];
    const type = AttributeTypeName.safeParse(paths.get(path)).data;
    if (type === undefined) return [unknownAttribute(path)];
    const accepted = valueOf(operators[type], operator);
    if (accepted === undefined)
      return [wrongOperator(`"${operator}" does not apply to "${path}", which is of type ${type}.`)];
    const ref = refOf(value);
    if (ref !== undefined) return paths.has(ref) ? [] : [unknownAttribute(ref)];
    return accepted.safeParse(value).success
      ? []
      : [
          wrongOperator(
            `"${operator}" on "${path}", which is of type ${type}, takes a value of another type.`,
          ),
        ];
  });
}

function isOpen(path: string): boolean {
  return path.startsWith('context.') || path.startsWith('tenant.');
}

function unknownAttribute(path: string): ConditionProblem {
  return { code: 'unknown-attribute', why: `There is no attribute "${path}".` };
}

function wrongOperator(why: string): ConditionProblem {
  return { code: 'wrong-operator', why };
}

/** Permit's API has more types. */
export const AttributeTypeName = z.enum([
  'bool',
  'number',
  'string',
  'time',
  'array',
  'json',
] satisfies AttributeType[]);
