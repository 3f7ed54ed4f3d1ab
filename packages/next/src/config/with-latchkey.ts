import type { NextConfig } from 'next';
import { readEnv } from '../env.ts';

/** The phases of `next start` and `next dev`, in which Next.js starts a server. */
const serverPhases = ['phase-production-server', 'phase-development-server'];

/** Packages that Next.js loads at run time instead of bundling them. */
const external = ['permitio', 'undici'];

/**
 * Configures a Next.js app for Latchkey. In `next.config.ts`, as the outermost wrapper:
 *
 * ```ts
 * export default withLatchkey({ reactStrictMode: true });
 * ```
 *
 * Enables `forbidden()` and `unauthorized()` of Next.js. Checks the environment variables when `next start` or
 * `next dev` starts a server; `next build` needs none. A standalone build does not load `next.config.ts`, so it also
 * needs `register`.
 * @param config - The app's own configuration. Default: empty.
 * @throws {EnvironmentError} naming all missing or invalid variables, when a server starts
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
 * Checks the environment variables when a server starts. In `instrumentation.ts`:
 *
 * ```ts
 * export { register } from '@latchkey/next/config';
 * ```
 *
 * A standalone build (`output: 'standalone'`) needs this, because it does not load `next.config.ts`. If variables are
 * missing or invalid, prints all of them and ends the process with exit code 1: after an error in `register`, Next.js
 * would keep running and answer every request with 500.
 */
export function register(): void {
  try {
    readEnv();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
