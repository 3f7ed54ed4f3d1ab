import { registerHooks } from 'node:module';

/**
 * Resolves what a package's modules import of one another without its `package.json`. Node 24 parses all of its `exports` again for
 * each module of the package. Those of drizzle-orm are 130 kB and its modules a hundred: that took half a second and 100 MB of
 * memory at each start. The package must have ES modules only, with the endings in their imports.
 */
export function resolveWithoutManifest(name: string): void {
  const folder = `/node_modules/${name}/`;
  registerHooks({
    resolve(specifier, context, next) {
      const { parentURL } = context;
      const isInside = specifier.startsWith('.') && parentURL?.includes(folder) && parentURL.endsWith('.js');
      if (isInside !== true) return next(specifier, context);
      return { url: new URL(specifier, parentURL).href, format: 'module', shortCircuit: true };
    },
  });
}
