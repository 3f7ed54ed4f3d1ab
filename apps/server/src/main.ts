import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Enabled before anything else is loaded, so that all modules are cached for the next start. The data folder is private.
// oxlint-disable-next-line node/no-process-env -- importing `env.ts` would load most of the modules that the cache is for
enableCompileCache(join(process.env['DATA_DIR'] || '.data', 'compiled'));
await import('./serve.ts');
