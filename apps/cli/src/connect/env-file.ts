import { open, readFile, realpath, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isDeepStrictEqual, parseEnv } from 'node:util';
import type { EnvironmentSource } from '@latchkey/environment';
import { ActionableError } from '../actionable-error.ts';

/** Variables and their new values. */
export type EnvValues = Readonly<Record<string, string>>;

/** The result of writing a settings file. */
export interface WrittenEnv {
  /** The variables whose values changed. */
  readonly changed: readonly string[];
}

/** The values that differ from the file's. @param text - the current content; empty when there is no file */
function changedIn(text: string, values: EnvValues): string[] {
  const present = parseEnv(text);
  return Object.keys(values).filter((name) => present[name] !== values[name]);
}

/**
 * Writes values into the text of a `.env` file. Each replaces the variable's last assignment, so that comments and
 * order are preserved, and a new variable is appended. Where that would change another variable, for instance because
 * what has the form of an assignment is a line of a longer value, the value is appended too, since the last assignment wins.
 *
 * @throws {ActionableError} `ENV_FILE_UNREADABLE` when the text cannot be changed without changing another variable
 */
function updateEnvText(text: string, values: EnvValues): string {
  let updated = text;
  for (const name of changedIn(text, values)) {
    const wanted = { ...parseEnv(updated), [name]: values[name] ?? '' };
    const line = `${name}=${quoted(name, values[name] ?? '')}`;
    const candidates = [inPlace(updated, name, line), [...linesOf(updated), line]];
    const fitting = candidates
      .map((lines) => `${lines.join('\n')}\n`)
      .find((candidate) => isDeepStrictEqual(parseEnv(candidate), wanted));
    if (fitting === undefined) throw unreadable('would change another variable as well', [name]);
    updated = fitting;
  }
  return updated;
}

/** Replaces the variable's last assignment with a line, and removes its earlier ones. */
function inPlace(text: string, name: string, line: string): string[] {
  const assigns = new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=`);
  const lines = linesOf(text);
  const last = lines.findLastIndex((existing) => assigns.test(existing));
  return lines.flatMap((existing, index) => {
    if (index === last) return [line];
    return index < last && assigns.test(existing) ? [] : [existing];
  });
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/);
}

/** Values that need no quotes. */
const plain = /^[\w.:/,@+=-]*$/;

function quoted(name: string, value: string): string {
  if (plain.test(value)) return value;
  const quote = ["'", '"', '`'].find((mark) => !value.includes(mark));
  if (quote === undefined || /[\r\n\0]/.test(value)) throw unreadable('cannot hold such a value', [name]);
  return `${quote}${value}${quote}`;
}

function unreadable(why: string, names: readonly string[]): ActionableError {
  return new ActionableError('ENV_FILE_UNREADABLE', {
    says: `The file of settings was left as it is: to write ${names.join(', ')} ${why}.`,
    fix: 'Edit the file yourself, or choose another file with --settings.',
  });
}

/**
 * Writes values into a settings file that only its owner can read (mode 600). Atomic: a crash leaves the old file or
 * the new one.
 *
 * @throws {ActionableError} `ENV_FILE_UNREADABLE`
 */
export async function writeEnvFile(path: string, values: EnvValues): Promise<WrittenEnv> {
  const text = await readEnvText(path);
  const changed = changedIn(text ?? '', values);
  if (changed.length === 0) return { changed };
  const updated = updateEnvText(text ?? '', values);
  // Preserves a symbolic link.
  const file = text === undefined ? path : await realpath(path);
  const temporary = `${file}.${process.pid}.new`;
  await writeDurably(temporary, updated);
  await rename(temporary, file);
  return { changed };
}

/** Describes the result of a write in one line, without the values. */
export function describeWritten(path: string, { changed }: WrittenEnv): string {
  if (changed.length === 0) return `${path} is up to date.`;
  return `${path}: ${changed.join(', ')}`;
}

/** The variables of a settings file; empty when there is no file. @throws {ActionableError} `ENV_FILE_UNREADABLE` */
export async function readEnvFile(path: string): Promise<EnvironmentSource> {
  return parseEnv((await readEnvText(path)) ?? '');
}

/** The text of a settings file; undefined when there is no file. */
async function readEnvText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new ActionableError('ENV_FILE_UNREADABLE', {
      says: `${path} cannot be read.`,
      fix: `Check what it is and who owns it, or choose another file in ${dirname(path)} with --settings.`,
    });
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
