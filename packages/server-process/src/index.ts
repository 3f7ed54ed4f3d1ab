export { default as openRunPostgres, createDatabase, databaseUrl } from './run-postgres.ts';
export { startServerProcess, type ServerProcess } from './server-process.ts';
