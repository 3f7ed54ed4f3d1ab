#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Half of the start is compilation. The cache must be enabled before anything else is loaded.
enableCompileCache();
const { main } = await import('./main.ts');
await main();
