export {
  openEmbeddedPostgres,
  EmbeddedPostgresError,
  type EmbeddedPostgres,
  type EmbeddedPostgresLog,
  type EmbeddedPostgresOptions,
} from './embedded-postgres.ts';
export { findPostmaster, type Postmaster } from './postmaster.ts';
export { commandLineOf } from './command-line.ts';
