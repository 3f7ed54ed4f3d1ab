#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Half of the time to the first answer is compiling; the second start does not need it.
enableCompileCache();
const { main } = await import('./main.ts');
await main(process.argv.slice(2));
