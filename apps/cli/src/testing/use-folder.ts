import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

/** Creates a folder for each test, and removes it afterwards. @returns the path of a file in it, or its own path */
export function useFolder(): (file?: string) => string {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-cli-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  return (file = '.') => join(folder, file);
}
