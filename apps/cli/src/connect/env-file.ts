import { access, chmod, constants, open, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isDeepStrictEqual, parseEnv } from 'node:util';
import type { EnvironmentSource } from '@latchkey/environment';
import { ActionableError, messageOf } from '../actionable-error.ts';

export type EnvValues = Readonly<Record<string, string>>;

export interface WrittenEnv {
  /** The variables whose values changed in the settings file. */
  readonly changed: readonly string[];
  /** The changed secrets that have a file of their own. `reason`: why that file could not be written. */
  readonly secretFiles: readonly SecretFile[];
}

interface SecretFile {
  readonly name: string;
  readonly file: string;
  readonly reason?: string;
}

function changedIn(text: string, values: EnvValues): string[] {
  const present = parseEnv(text);
  return Object.keys(values).filter((name) => present[name] !== values[name]);
}

/**
 * Replaces a variable's last assignment in its place, and appends a new variable. If a replacement would change another
 * variable, for instance because the line is part of a multi-line value, it is appended as well: the last assignment
 * wins.
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
  if (quote === undefined || /[\r\n\0]/.test(value))
    throw unreadable('is not possible with this value', [name]);
  return `${quote}${value}${quote}`;
}

function unreadable(why: string, names: readonly string[]): ActionableError {
  return new ActionableError('ENV_FILE_UNREADABLE', {
    says: `The settings file was not changed: writing ${names.join(', ')} ${why}.`,
    fix: 'Edit the file yourself, or choose another file with --settings.',
  });
}

function unwritable(path: string, error: unknown): ActionableError {
  return new ActionableError('ENV_FILE_UNWRITABLE', {
    says: `${path} cannot be written: ${reasonOf(error)}.`,
    fix: 'Make sure that its folder exists and that you can write there, or choose another file with --settings. Then run the command again.',
  });
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error) return String(error.code);
  return messageOf(error);
}

/** Call it before any other change. @throws {ActionableError} `ENV_FILE_UNREADABLE`, `ENV_FILE_UNWRITABLE` */
export async function assertWritable(path: string): Promise<void> {
  const file = (await readEnvText(path)) === undefined ? path : await realpath(path);
  await access(dirname(file), constants.W_OK).catch((error: unknown) => {
    throw unwritable(path, error);
  });
}

/**
 * Only its owner can read the file (mode 600). Atomic: a crash leaves the old file or the new one. A secret whose
 * `_FILE` variable is set is written into that file instead, if possible.
 * @throws {ActionableError} `ENV_FILE_UNREADABLE`, `ENV_FILE_UNWRITABLE`
 */
export async function writeEnvFile(
  path: string,
  values: EnvValues,
  environment: EnvironmentSource = {},
): Promise<WrittenEnv> {
  const own: Record<string, string> = {};
  const secretFiles: SecretFile[] = [];
  for (const [name, value] of Object.entries(values)) {
    const file = environment[`${name}_FILE`];
    if (file === undefined) own[name] = value;
    else secretFiles.push(...(await writeSecretFile({ name, file }, value))); // oxlint-disable-line no-await-in-loop -- three at most
  }
  const text = await readEnvText(path);
  const changed = changedIn(text ?? '', own);
  const updated = updateEnvText(text ?? '', own);
  try {
    // Writes through a symbolic link.
    const file = text === undefined ? path : await realpath(path);
    if (changed.length > 0) await replaceFile(file, updated);
    // A failure is ignored: a read-only mount has a fixed mode, and the file's content is already up to date.
    else if (text !== undefined) await chmod(file, 0o600).catch(() => {});
  } catch (error) {
    throw unwritable(path, error);
  }
  return { changed, secretFiles };
}

/** In place, because the file may be a mount. Returns nothing if the file already has the value. */
async function writeSecretFile(secret: SecretFile, value: string): Promise<SecretFile[]> {
  try {
    const present = await readFile(secret.file, 'utf8');
    if (present.replace(/\r?\n$/, '') === value) return [];
    await writeFile(secret.file, `${value}\n`);
    return [secret];
  } catch (error) {
    return [{ ...secret, reason: reasonOf(error) }];
  }
}

/** Describes the result of a write, without the values. */
export function describeWritten(path: string, { changed, secretFiles }: WrittenEnv): string[] {
  return [
    ...(changed.length > 0 ? [`${path}: ${changed.join(', ')}`] : []),
    ...secretFiles.map(describeSecretFile),
    ...(changed.length + secretFiles.length === 0 ? [`${path} is up to date.`] : []),
  ];
}

function describeSecretFile({ name, file, reason }: SecretFile): string {
  if (reason === undefined) return `${file}: ${name}`;
  const source =
    name === 'LOGTO_WEBHOOK_SIGNING_KEYS'
      ? "the signing key of each of Latchkey's webhooks in Logto, separated by commas"
      : 'the new value';
  return `${name} has changed, but ${file} cannot be written: ${reason}. Put ${source} into the secret that this file comes from.`;
}

/** Empty when there is no file. @throws {ActionableError} `ENV_FILE_UNREADABLE` */
export async function readEnvFile(path: string): Promise<EnvironmentSource> {
  return parseEnv((await readEnvText(path)) ?? '');
}

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

async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.new`;
  try {
    await writeDurably(temporary, text);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
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
