export {
  openEmbeddedPostgres,
  EmbeddedPostgresError,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './embedded-postgres.ts';
export type { EmbeddedPostgresLog } from './supervise.ts';
export { findPostmaster, type Postmaster } from './postmaster.ts';
export { commandLineOf } from './command-line.ts';
