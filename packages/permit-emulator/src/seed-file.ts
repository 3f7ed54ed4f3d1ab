import { readFile } from 'node:fs/promises';
import { parseSeed, type ParsedSeed } from './seed.ts';

/** Reads a seed file: JSON when the name ends in `.json`, else YAML. */
export async function readSeedFile(file: string): Promise<ParsedSeed> {
  const text = await readFile(file, 'utf8');
  if (file.endsWith('.json')) return parseSeed(JSON.parse(text));
  const { parse } = await import('yaml'); // Loaded only for a YAML seed, because it slows the start.
  return parseSeed(parse(text));
}
