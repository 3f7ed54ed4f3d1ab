import { readFile } from 'node:fs/promises';
import { parseSeed, type ParsedSeed } from './seed.ts';

/** Reads a seed; YAML unless the name ends in `.json`. */
export async function readSeedFile(file: string): Promise<ParsedSeed> {
  const text = await readFile(file, 'utf8');
  if (file.endsWith('.json')) return parseSeed(JSON.parse(text));
  const { parse } = await import('yaml'); // Only who has a YAML seed pays for it at start.
  return parseSeed(parse(text));
}
