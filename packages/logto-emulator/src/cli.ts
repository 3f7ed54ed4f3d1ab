#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Half of the start is compiling what was compiled the last time: it has to be on before anything else is loaded.
enableCompileCache();
const { command } = await import('./command.ts');
await command();
