import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { parse } from './http/validation.ts';
import type { KongRoute } from './pdp/pdp-context.ts';
import { parseSeed, type ParsedSeed } from './seed.ts';

export async function readSeedFile(file: string): Promise<ParsedSeed> {
  return parseSeed(await readDocument(file));
}

const kongRoutes = z.array(z.tuple([z.string(), z.union([z.string(), z.int().min(0)])]));

/** Reads the routes of Kong: a list of `[pattern, resource type or number of the group that captures it]`. */
export async function readKongRoutes(file: string): Promise<readonly KongRoute[]> {
  return parse(kongRoutes, await readDocument(file), 'kong_routes');
}

/** JSON when the name ends in `.json`, else YAML. */
async function readDocument(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8');
  if (file.endsWith('.json')) return JSON.parse(text);
  const yaml = await import('yaml'); // Loaded only for a YAML file, because it slows the start.
  return yaml.parse(text);
}
