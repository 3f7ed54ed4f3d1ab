import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { ActionableError, messageOf } from './actionable-error.ts';

/** Reads a text file. @throws {ActionableError} `FILE_UNAVAILABLE` */
export async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => unavailable(file, error));
}

/** Reads a file of at most `max` bytes. Returns undefined for a larger one. @throws {ActionableError} `FILE_UNAVAILABLE` */
export async function readBounded(file: string, max: number): Promise<string | undefined> {
  const parts: Buffer[] = [];
  try {
    // Reads one byte more, to notice a larger file.
    for await (const part of createReadStream(file, { end: max })) parts.push(part);
  } catch (error) {
    unavailable(file, error);
  }
  const bytes = Buffer.concat(parts);
  return bytes.length > max ? undefined : bytes.toString();
}

/** Writes a file. @throws {ActionableError} `FILE_UNAVAILABLE` */
export async function writeOutput(file: string, content: string | Uint8Array): Promise<void> {
  return writeFile(file, content).catch((error: unknown) => unavailable(file, error));
}

function unavailable(file: string, error: unknown): never {
  const says = `${messageOf(error)}.`;
  throw new ActionableError('FILE_UNAVAILABLE', {
    says,
    fix: `Check the path ${file}, then run the command again.`,
  });
}

/** Parses JSON. Returns undefined for other texts. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
