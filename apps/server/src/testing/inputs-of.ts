import { z } from 'zod';

/**
 * Inputs of a procedure, made from its own schemas: in each field each value of the pool that it takes, and in the others the
 * first. Empty when none could be made that the schemas accept.
 */
export function inputsOf(procedure: unknown, pool: readonly unknown[]): unknown[] {
  const { inputs = [] }: { readonly inputs?: readonly unknown[] } = Object(procedure)._def;
  if (inputs.length === 0) return [undefined];
  if (!inputs.every((schema) => schema instanceof z.ZodType)) return [];
  // A procedure that extends another one has several schemas of one object.
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

/** Each of the objects with the first one of the others, and the other way round. */
function joined(some: readonly unknown[], others: readonly unknown[]): unknown[] {
  return [...some.map((one) => both(one, others[0])), ...others.map((other) => both(some[0], other))];
}

function both(one: unknown, other: unknown): object {
  return { ...Object(one), ...Object(other) };
}

/** What is required, with the first value of each; and every field with each of its values beside that. */
function objectsOf(schema: z.ZodObject, pool: readonly unknown[]): unknown[] {
  const fields = Object.entries(schema.shape).map(([name, field]) => ({
    isOptional: z.safeParse(field, undefined).success,
    values: valuesOf(field, pool).map((value) => ({ [name]: value })),
  }));
  const required = fields.filter(({ isOptional }) => !isOptional);
  const base = Object.assign({}, ...required.map(({ values }) => values[0]));
  return [base, ...fields.flatMap(({ values }) => values.map((value) => ({ ...base, ...value })))];
}
