import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import * as fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { ActionableError } from '../actionable-error.ts';
import { describeWritten, writeEnvFile, type EnvValues } from './env-file.ts';

const folder = await mkdtemp(join(tmpdir(), 'latchkey-env-file-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

let files = 0;
/** Writes values into a file. Returns its new text, or undefined if the write was refused and the file is unchanged. */
async function updated(text: string, values: EnvValues): Promise<string | undefined> {
  files += 1;
  const path = join(folder, `${files}.env`);
  await writeFile(path, text);
  const result = await writeEnvFile(path, values).catch((error: unknown) => error);
  const after = await readFile(path, 'utf8');
  if (!(result instanceof Error)) return after;
  const isRefused = result instanceof ActionableError && result.code === 'ENV_FILE_UNREADABLE';
  if (isRefused && after === text) return undefined;
  throw result;
}

const name = fc.constantFrom('A', 'AB', 'LOGTO_APP_ID', 'B_1');
const value = fc.oneof(
  fc.string({
    maxLength: 20,
    unit: fc.constantFrom('a', ' ', '#', '=', '"', "'", '$', '\\', ',', ':', '가'),
  }),
  fc.constant(''),
);
const line = fc.oneof(
  fc.tuple(name, value).map(([key, text]) => `${key}=${text}`),
  fc.tuple(name, value).map(([key, text]) => ` export ${key} = "${text}"`),
  fc.tuple(name, value).map(([key, text]) => `# ${key}=${text}`),
  fc.constant(''),
);

/** Well-formed files, in which every quote is closed. */
const wellFormed = fc.oneof(
  fc.tuple(name, fc.stringMatching(/^[\w .,:/가-힣]{0,12}$/)).map(([key, text]) => `${key}="${text}"`),
  fc.tuple(name, fc.stringMatching(/^[\w.,:/]{0,12}$/)).map(([key, text]) => `${key}=${text} # comment`),
  fc.constant('# a comment'),
);

test('always writes a well-formed file', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(wellFormed, { maxLength: 8 }),
      fc.dictionary(name, fc.stringMatching(/^[\w .,:/#=+'가-힣-]{0,20}$/)),
      async (lines, values) => {
        const text = lines.join('\n');
        const after = await updated(text, values);
        expect(parseEnv(after ?? '')).toEqual({ ...parseEnv(text), ...values });
      },
    ),
  );
});

test('writes the values without changing other variables, or writes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 8 }),
      fc.dictionary(name, value),
      fc.constantFrom('\n', '\r\n'),
      async (lines, values, newline) => {
        const text = lines.join(newline);
        const after = await updated(text, values);
        const written = after === undefined ? {} : values;
        expect(parseEnv(after ?? text)).toEqual({ ...parseEnv(text), ...written });
        // A second write changes nothing.
        expect(await updated(after ?? text, written)).toBe(after ?? text);
      },
    ),
    { numRuns: 300 },
  );
});

test("keeps a value's position and comments, and quotes it if necessary", async () => {
  const values = { A: 'permit_key_x', B_1: 'with space, "quotes" and #' };
  expect(await updated('A=1\n# about B\nB_1=2', values)).toBe(
    `A=permit_key_x\n# about B\nB_1='with space, "quotes" and #'\n`,
  );
});

test('does not split a multi-line value', async () => {
  const text = 'KEY="first\nA=inside\nlast"\nA=outside\n';
  expect(await updated(text, { A: 'new' })).toBe(`${text}A=new\n`);
  expect(await updated('KEY="first\nA=inside\nlast"', { A: 'new' })).toBe(
    'KEY="first\nA=inside\nlast"\nA=new\n',
  );
});

test('reports a folder in place of the file, and leaves no temporary file', async () => {
  const before = await readdir(folder);
  await expect(writeEnvFile(folder, { A: '1' })).rejects.toMatchObject({
    code: 'ENV_FILE_UNREADABLE',
  });
  expect(await readdir(folder)).toEqual(before);
});

test('a full disk leaves the file as it is, and no temporary file', async () => {
  const path = join(folder, 'full.env');
  await writeFile(path, 'A=1\n');
  const before = await readdir(folder);
  await symlink('/dev/full', `${path}.${process.pid}.new`);
  await expect(writeEnvFile(path, { A: '2' })).rejects.toMatchObject({ code: 'ENV_FILE_UNWRITABLE' });
  expect([await readdir(folder), await readFile(path, 'utf8')]).toEqual([before, 'A=1\n']);
});

test('replaces a read-only file, and restricts the mode of a file that is up to date', async () => {
  const path = join(folder, 'readable.env');
  await writeFile(path, 'A=1\n', { mode: 0o444 });
  expect((await writeEnvFile(path, { A: '1' })).changed).toEqual([]);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  await chmod(path, 0o444);
  expect((await writeEnvFile(path, { A: '2' })).changed).toEqual(['A']);
  expect([(await stat(path)).mode & 0o777, await readFile(path, 'utf8')]).toEqual([0o600, 'A=2\n']);
});

test('accepts an up-to-date file whose mode cannot be changed', async () => {
  // The kernel does not allow a change of this file's mode.
  expect((await writeEnvFile('/proc/self/status', {})).changed).toEqual([]);
});

test('writes a secret into its own file, and describes one that cannot be written', async () => {
  const path = join(folder, 'secrets.env');
  const own = join(folder, 'own');
  await writeFile(own, 'former\n');
  const values = { PERMIT_API_KEY: 'canary', LOGTO_WEBHOOK_SIGNING_KEYS: 'canary', A: '1' };
  const written = await writeEnvFile(path, values, {
    PERMIT_API_KEY_FILE: own,
    LOGTO_WEBHOOK_SIGNING_KEYS_FILE: folder,
  });
  expect(await readFile(own, 'utf8')).toBe('canary\n');
  expect(await readFile(path, 'utf8')).toBe('A=1\n');
  expect(describeWritten(path, written)).toEqual([
    `${path}: A`,
    `${own}: PERMIT_API_KEY`,
    expect.stringMatching(/^LOGTO_WEBHOOK_SIGNING_KEYS has changed, but .* cannot be written: EISDIR/),
  ]);
});
