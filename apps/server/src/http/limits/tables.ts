import { bigint, integer, pgTable, varchar } from 'drizzle-orm/pg-core';

/** Counts that all replicas share, as `rate-limiter-flexible` writes them: it inserts by position. Unlogged: a crash forgets them. */
export const rateLimitCounts = pgTable('rate_limit_counts', {
  key: varchar('key', { length: 255 }).primaryKey(),
  points: integer('points').notNull().default(0),
  expire: bigint('expire', { mode: 'number' }),
});
