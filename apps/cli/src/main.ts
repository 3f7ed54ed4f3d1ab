#!/usr/bin/env node
import { operator } from './operator-program.ts';
import { runMain } from './run-main.ts';

/** The program of this repository and of the image: `pnpm latchkey`. */
await runMain(operator);
