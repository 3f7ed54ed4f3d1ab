import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Before anything else is loaded: the next start finds its own modules compiled, and no longer takes the types out of them.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/latchkey'));
await import('./start/run-start.ts');
