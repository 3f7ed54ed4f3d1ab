import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Before any other module is loaded: caches compiled modules for the next start.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/latchkey'));
await import('./start/run-start.ts');
