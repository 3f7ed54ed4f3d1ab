import type { NextConfig } from 'next';
import { readEnv } from '../env.ts';

/** The names that Next.js gives to the start of a server: `next start` and `next dev`. */
const serverPhases = ['phase-production-server', 'phase-development-server'];

/** Packages for Node that Next.js should load, not bundle. */
const external = ['permitio', 'undici'];

/**
 * The configuration of a Next.js app with Latchkey: `export default withLatchkey({ … })`, outside of other such wrappers.
 * It turns `forbidden()` and `unauthorized()` on, and when a server starts it checks the environment: `next build` needs none.
 * @throws {EnvironmentError} at the start of a server, with all variables that are missing or wrong
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
