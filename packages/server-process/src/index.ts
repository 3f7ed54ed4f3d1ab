export { startServerProcess, type ServerProcess } from './server-process.ts';
