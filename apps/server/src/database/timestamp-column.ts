import { timestamp } from 'drizzle-orm/pg-core';

/** A column with a moment in time: `timestamptz` in PostgreSQL, `Date` in TypeScript. */
export const timestampColumn = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
