#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Compilation takes half of the start-up time. Enable the cache before anything is loaded.
enableCompileCache();
const { main } = await import('./main.ts');
await main();
