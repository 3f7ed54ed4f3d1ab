import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

const results = join(import.meta.dirname, 'test-results');

/** Removes what an earlier run left, and makes the folder that the logs go to. */
export default async function globalSetup(): Promise<void> {
  await rm(join(results, 'screenshots'), { recursive: true, force: true });
  await mkdir(results, { recursive: true });
}
