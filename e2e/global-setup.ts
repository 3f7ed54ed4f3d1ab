import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { publishStack } from './stack.ts';
import { startSystem } from './start-system.ts';

const results = join(import.meta.dirname, 'test-results');

/** Starts the system that the tests share. @returns a function that stops it */
export default async function globalSetup(): Promise<() => Promise<void>> {
  await rm(join(results, 'screenshots'), { recursive: true, force: true });
  await mkdir(results, { recursive: true });
  const { line, stop } = await startSystem({ logFile: join(results, 'start.log') });
  publishStack(line);
  return stop;
}
