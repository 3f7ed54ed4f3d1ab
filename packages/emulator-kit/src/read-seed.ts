import { readFile } from 'node:fs/promises';

export class SeedFileError extends Error {}

/** Reads JSON or YAML. @throws {SeedFileError} if the file is neither */
export async function readSeed(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8');
  try {
    if (file.endsWith('.json')) return JSON.parse(text);
    const yaml = await import('yaml'); // Loaded only for a YAML file, because it slows the start.
    return yaml.parse(text);
  } catch (error) {
    throw new SeedFileError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
