#!/usr/bin/env node
import { operator } from './operator-program.ts';
import { runMain } from './run-main.ts';

/** The operator's program: `pnpm latchkey` in this repository, and `latchkey` in the image. */
await runMain(operator);
