import { withLatchkey } from '@latchkey/next/config';

export default withLatchkey({
  // This workspace runs its packages as TypeScript. Installed from a registry they are JavaScript, and these lines go.
  transpilePackages: [
    '@latchkey/directory-sync',
    '@latchkey/environment',
    '@latchkey/next',
    '@latchkey/permissions',
    '@latchkey/policy',
  ],
  // Checked by `tsc` with everything else.
  typescript: { ignoreBuildErrors: true },
});
