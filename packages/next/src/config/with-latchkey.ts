import type { NextConfig } from 'next';
import { readEnv } from '../env.ts';

const serverPhases = ['phase-production-server', 'phase-development-server'];

/** Loaded at run time instead of bundled. */
const external = ['permitio', 'undici'];

/**
 * Configures a Next.js app for Latchkey. In `next.config.ts`, as the outermost wrapper:
 *
 * ```ts
 * export default withLatchkey({ reactStrictMode: true });
 * ```
 *
 * Enables `forbidden()` and `unauthorized()`. Checks the environment variables when `next start` or `next dev` starts a
 * server; `next build` needs none. A standalone build also needs `register`.
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
 * A standalone build (`output: 'standalone'`) needs this, because it does not load `next.config.ts`. Prints all missing
 * or invalid variables and exits with code 1: after an error in `register`, Next.js would answer every request with
 * 500.
 */
export function register(): void {
  try {
    readEnv();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
