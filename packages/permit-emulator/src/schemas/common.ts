import type { JsonObject } from '@latchkey/permit-engine';
import { z } from 'zod';

/* oxlint-disable no-useless-escape -- 422 bodies quote these patterns as the vendor wrote them. */
export const userKey = z.string().regex(/^[A-Za-z0-9|@+\-\._]+$/);
export const key = z.string().regex(/^[A-Za-z0-9\-_]+$/);
/* oxlint-enable no-useless-escape */

/** Has a name in this package, because types of another package that a schema only infers get lost in packing. */
export interface AttributeValues extends JsonObject {}
export const attributes: z.ZodType<AttributeValues, AttributeValues> = z.record(z.string(), z.json());
export const text = z.string().nullish();

/** The vendor's limits for one bulk call. */
export const bulkLimits = { users: 3000, tenants: 2000, assignments: 2000, other: 1000 } as const;

/** When repeated, the last value counts, as in FastAPI. */
function single<T>(schema: z.ZodType<T>): z.ZodType<T> {
  return z
    .array(z.string())
    .optional()
    .transform((values): unknown => values?.at(-1))
    .pipe(schema);
}

export const textParameter = single(z.string().optional());

/** Repeated or comma-separated. */
export const listParameter = z
  .array(z.string())
  .optional()
  .transform((values) => values?.flatMap((value) => value.split(',')));

const truths = new Map<unknown, boolean>(
  ['true', '1', 'on', 't', 'y', 'yes']
    .map((text): [string, boolean] => [text, true])
    .concat(['false', '0', 'off', 'f', 'n', 'no'].map((text): [string, boolean] => [text, false])),
);

export const flagParameter = single(
  z.preprocess(
    (value) => (typeof value === 'string' ? (truths.get(value.toLowerCase()) ?? value) : value),
    z.boolean().optional(),
  ),
);

export function numberParameter(schema: z.ZodType<number | undefined>): z.ZodType<number | undefined> {
  return single(
    z.preprocess(
      (value) => (typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value),
      schema,
    ),
  );
}

/** `page` counts from 1. */
export const paging = {
  page: numberParameter(z.int().min(1).optional()),
  per_page: numberParameter(z.int().min(1).max(100).optional()),
};

/** Lists read `attr_` parameters from the other fields. */
export const pagingQuery = z.looseObject(paging);
