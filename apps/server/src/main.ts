import { enableCompileCache } from 'node:module';
import { resolveWithoutManifest } from './resolve-without-manifest.ts';

// Before anything else is loaded: the next start finds its modules compiled, where the file system lets it keep them.
enableCompileCache();
resolveWithoutManifest('drizzle-orm');
await import('./serve.ts');
