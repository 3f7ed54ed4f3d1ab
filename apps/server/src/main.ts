import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Before anything else is loaded: the next start finds its modules compiled. Beside the other data, where nobody else writes.
// oxlint-disable-next-line node/no-process-env -- `env.ts` would load most of what the cache is for
enableCompileCache(join(process.env['DATA_DIR'] || '.data', 'compiled'));
await import('./serve.ts');
