#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Half of the time to the first response is compilation. The cache saves it from the second start on.
enableCompileCache();
const { main } = await import('./main.ts');
await main(process.argv.slice(2));
