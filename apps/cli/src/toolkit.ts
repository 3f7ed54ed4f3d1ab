#!/usr/bin/env node
import { tooOldNode } from './node-version.ts';

/** The entry point of the published program. Older versions of Node fail while they load the rest. */
const problem = tooOldNode(process.versions.node);
if (problem === undefined) {
  const [{ runMain }, { toolkit }] = await Promise.all([
    import('./run-main.ts'),
    import('./toolkit-program.ts'),
  ]);
  await runMain(toolkit);
} else {
  process.stderr.write(problem);
  process.exitCode = 1;
}
