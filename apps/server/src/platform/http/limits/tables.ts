import { bigint, integer, pgTable, varchar } from 'drizzle-orm/pg-core';

/**
 * Written by `rate-limiter-flexible`, which inserts by position. Unlogged, so a crash of PostgreSQL deletes the counts.
 */
export const rateLimitCounts = pgTable('rate_limit_counts', {
  key: varchar('key', { length: 255 }).primaryKey(),
  points: integer('points').notNull().default(0),
  expire: bigint('expire', { mode: 'number' }),
});
