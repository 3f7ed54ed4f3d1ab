import { timestamp } from 'drizzle-orm/pg-core';

/** A timestamp column: `timestamptz` in PostgreSQL, `Date` in TypeScript. */
export const timestampColumn = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
