#!/usr/bin/env node
import { runMain } from './run-main.ts';
import { toolkit } from './toolkit-program.ts';

/** The entry point of the published program. */
await runMain(toolkit);
