import { withLatchkey } from '@latchkey/next/config';

export default withLatchkey({
  // Needed only in this workspace, where the packages are TypeScript sources. Omit it if you install them from a
  // registry.
  transpilePackages: [
    '@latchkey/directory-sync',
    '@latchkey/environment',
    '@latchkey/next',
    '@latchkey/permissions',
    '@latchkey/policy',
  ],
  // Not checked again here: `tsc -b` checks the whole workspace.
  typescript: { ignoreBuildErrors: true },
});
