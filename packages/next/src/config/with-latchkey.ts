import type { NextConfig } from 'next';
import { readEnv } from '../env.ts';

/** The phases in which Next.js starts a server: `next start` and `next dev`. */
const serverPhases = ['phase-production-server', 'phase-development-server'];

/** Node packages that Next.js should load instead of bundling. */
const external = ['permitio', 'undici'];

/**
 * Configures a Next.js app for Latchkey: `export default withLatchkey({ … })`, as the outermost such wrapper. It
 * enables `forbidden()` and `unauthorized()`, and checks the environment when a server starts; `next build` needs no
 * environment. A standalone build does not load this file when it starts: see `register`.
 * @throws {EnvironmentError} when a server starts, with all missing or invalid variables
 */
export function withLatchkey(config: NextConfig = {}): (phase: string) => NextConfig {
  return (phase) => {
    if (serverPhases.includes(phase)) readEnv();
    return {
      ...config,
      serverExternalPackages: [...new Set([...(config.serverExternalPackages ?? []), ...external])],
      experimental: { ...config.experimental, authInterrupts: true },
    };
  };
}

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
