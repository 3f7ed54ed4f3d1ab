#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Half of the start is compilation. The cache must be enabled before anything else is loaded.
enableCompileCache();
const { command } = await import('./main.ts');
await command();
