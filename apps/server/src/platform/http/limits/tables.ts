import { bigint, integer, pgTable, varchar } from 'drizzle-orm/pg-core';

/**
 * Counts shared by all replicas, as written by `rate-limiter-flexible`, which inserts by position. The table is
 * unlogged, so a crash of PostgreSQL deletes the counts.
 */
export const rateLimitCounts = pgTable('rate_limit_counts', {
  key: varchar('key', { length: 255 }).primaryKey(),
  points: integer('points').notNull().default(0),
  expire: bigint('expire', { mode: 'number' }),
});
