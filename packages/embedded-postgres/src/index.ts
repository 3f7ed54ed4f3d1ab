export {
  openEmbeddedPostgres,
  urlOfRunningPostgres,
  EmbeddedPostgresError,
  type EmbeddedPostgres,
  type EmbeddedPostgresLog,
  type EmbeddedPostgresOptions,
} from './embedded-postgres.ts';
export { commandLineOf, startOwnedChild, type OwnedChild, type OwnedChildOptions } from './owned-child.ts';
