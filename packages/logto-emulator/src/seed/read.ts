import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { SeedError } from './apply.ts';
import { seedSchema, type ParsedSeed } from './schema.ts';

/** Validates a seed. // @throws SeedError with every mistake. */
export function parseSeed(seed: unknown): ParsedSeed {
  const parsed = seedSchema.safeParse(seed ?? {});
  if (!parsed.success) throw new SeedError(z.prettifyError(parsed.error));
  return parsed.data;
}

/** Reads a seed file in YAML or JSON (JSON is a subset of YAML). */
export function readSeed(file: string): unknown {
  return parse(readFileSync(file, 'utf8'));
}
