import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Must run before other modules are loaded. Caches compiled modules for the next start.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/latchkey'));
await import('./start/run-start.ts');
