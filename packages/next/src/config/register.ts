import { readEnv } from '../env.ts';

/**
 * Checks the environment when a server starts, for `instrumentation.ts`: `export { register } from
 * '@latchkey/next/config'`. A standalone build (`output: 'standalone'`) does not load `next.config.ts`, so there only
 * this checks it. With missing or invalid variables it prints all of them and ends the process with exit code 1:
 * after an error of `register`, Next.js would keep running and answer every request with 500.
 */
export function register(): void {
  try {
    readEnv();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
