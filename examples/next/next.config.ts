import { withLatchkey } from '@latchkey/next/config';

export default withLatchkey({
  // Only for this workspace, whose packages are TypeScript sources. Omit it with packages from a registry.
  transpilePackages: [
    '@latchkey/directory-sync',
    '@latchkey/environment',
    '@latchkey/next',
    '@latchkey/permissions',
    '@latchkey/policy',
  ],
  // `tsc -b` checks the whole workspace.
  typescript: { ignoreBuildErrors: true },
});
