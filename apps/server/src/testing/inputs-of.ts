import { z } from 'zod';
import type { Procedure } from './call-procedure.ts';

/**
 * Inputs of a procedure, generated from its schemas: in each field each accepted value of the pool, and the first one
 * in the other fields. Empty when no generated input is valid.
 */
export function inputsOf({ inputs }: Pick<Procedure, 'inputs'>, pool: readonly unknown[]): unknown[] {
  if (inputs.length === 0) return [undefined];
  if (!inputs.every((schema) => schema instanceof z.ZodType)) return [];
  const made = inputs.map((schema) => valuesOf(schema, pool)).reduce(joined);
  const unique = new Map(made.map((input) => [JSON.stringify(input), input]));
  return [...unique.values()].filter((input) => inputs.every((schema) => schema.safeParse(input).success));
}

function valuesOf(schema: z.core.$ZodType, pool: readonly unknown[]): unknown[] {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNullable
  )
    return valuesOf(schema.def.innerType, pool);
  if (schema instanceof z.ZodEnum) return schema.options;
  if (schema instanceof z.ZodLiteral) return [...schema.values];
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => valuesOf(option, pool));
  if (schema instanceof z.ZodIntersection)
    return joined(valuesOf(schema.def.left, pool), valuesOf(schema.def.right, pool));
  if (schema instanceof z.ZodArray) return valuesOf(schema.element, pool).map((value) => [value]);
  if (schema instanceof z.ZodRecord) return valuesOf(schema.valueType, pool).map((value) => ({ key: value }));
  if (schema instanceof z.ZodObject) return objectsOf(schema, pool);
  return pool.filter((value) => z.safeParse(schema, value).success);
}

/** Each of the objects merged with the first of the others, and vice versa. */
function joined(some: readonly unknown[], others: readonly unknown[]): unknown[] {
  return [...some.map((one) => both(one, others[0])), ...others.map((other) => both(some[0], other))];
}

function both(one: unknown, other: unknown): object {
  return { ...Object(one), ...Object(other) };
}

/** The required fields with the first value of each, and also every field with each of its values. */
function objectsOf(schema: z.ZodObject, pool: readonly unknown[]): unknown[] {
  const fields = Object.entries(schema.shape).map(([name, field]) => ({
    isOptional: z.safeParse(field, undefined).success,
    values: valuesOf(field, pool).map((value) => ({ [name]: value })),
  }));
  const required = fields.filter(({ isOptional }) => !isOptional);
  const base = Object.assign({}, ...required.map(({ values }) => values[0]));
  return [base, ...fields.flatMap(({ values }) => values.map((value) => ({ ...base, ...value })))];
}
