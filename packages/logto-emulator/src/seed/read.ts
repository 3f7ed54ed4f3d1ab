import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { SeedError } from './apply.ts';
import { seedSchema, type ParsedSeed } from './schema.ts';

/** @throws SeedError naming everything that is wrong at once. */
export function parseSeed(seed: unknown): ParsedSeed {
  const parsed = seedSchema.safeParse(seed ?? {});
  if (!parsed.success) throw new SeedError(z.prettifyError(parsed.error));
  return parsed.data;
}

/** Reads a seed in JSON or YAML (which JSON is a part of). */
export function readSeed(file: string): unknown {
  return parse(readFileSync(file, 'utf8'));
}
