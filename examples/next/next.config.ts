import type { NextConfig } from 'next';

const config: NextConfig = {
  // This workspace runs its packages as TypeScript. Installed from a registry they are JavaScript, and this line goes.
  transpilePackages: ['@latchkey/directory-sync', '@latchkey/permissions', '@latchkey/policy'],
  // Node packages that Next should load, not bundle.
  serverExternalPackages: ['permitio', 'undici', '@opentelemetry/api'],
  // Checked by `tsc` with everything else.
  typescript: { ignoreBuildErrors: true },
};

export default config;
