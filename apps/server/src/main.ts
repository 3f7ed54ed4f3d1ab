import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Before anything else is loaded, so that its modules are cached for the next start. In the data folder, which is private.
// oxlint-disable-next-line node/no-process-env -- `env.ts` would load most of what the cache is for
enableCompileCache(join(process.env['DATA_DIR'] || '.data', 'compiled'));
await import('./serve.ts');
