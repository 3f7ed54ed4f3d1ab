export { default as openRunFolder } from './run-folder.ts';
export { default as openRunPostgres, createDatabase, dropDatabases } from './run-postgres.ts';
export { freePort, startServerProcess, type ServerProcess } from './server-process.ts';
export { processesWith, type RunningProcess } from './run-folder.ts';
