import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Before anything else is loaded, so that its modules are cached for the next start. In the data folder, which is private.
// oxlint-disable-next-line node/no-process-env -- importing `env.ts` would load most of the modules that the cache is for
enableCompileCache(join(process.env['DATA_DIR'] || '.data', 'compiled'));
await import('./serve.ts');
