import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { withSecretFiles } from './secret-files.ts';
import type { EnvironmentSource } from './development-values.ts';
import { EnvironmentError, parseEnvironment } from './parse-environment.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-secrets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileWith(content: string | Buffer): string {
  const path = join(folder, String(Math.random()));
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

test('a secret is the content of its file without the line break at its end', () => {
  const source = {
    PORT: '3000',
    PERMIT_API_KEY_FILE: fileWith('permit_key_x\n'),
    LOGTO_M2M_APP_SECRET_FILE: fileWith(' with spaces \r\n'),
    SMTP_URL_FILE: '',
    AUDIT_STREAM_FILE: '/var/log/audit.jsonl',
  };
  expect(withSecretFiles(source, String)).toEqual({
    PORT: '3000',
    SMTP_URL_FILE: '',
    AUDIT_STREAM_FILE: '/var/log/audit.jsonl',
    PERMIT_API_KEY: 'permit_key_x',
    LOGTO_M2M_APP_SECRET: ' with spaces ',
  });
});

test('all problems are listed together, without secrets', () => {
  const source = {
    PERMIT_API_KEY: 'canary',
    PERMIT_API_KEY_FILE: fileWith('canary'),
    DATABASE_URL_FILE: join(folder, 'gone'),
    SMTP_URL_FILE: folder,
    LOGTO_M2M_APP_SECRET_FILE: fileWith(Buffer.alloc(70_000, 'canary')),
  };
  const refused = (): unknown => withSecretFiles(source, (problems) => ['Refused:', ...problems].join('\n'));
  expect(refused).toThrow(expect.objectContaining({ code: 'ENVIRONMENT_INVALID' }));
  expect(refused).toThrow(
    /^Refused:\n {2}DATABASE_URL_FILE cannot be read: ENOENT\n {2}LOGTO_M2M_APP_SECRET_FILE cannot be read: it has more than 65536 bytes\n {2}PERMIT_API_KEY is set, and so is PERMIT_API_KEY_FILE: set one of them\n {2}SMTP_URL_FILE cannot be read: EISDIR$/,
  );
  expect(refused).not.toThrow(/canary/);
});

const schema = z
  .object({
    PORT: z.coerce.number({ error: 'must be a port' }).default(3000),
    ENDPOINT: z.url('must be a URL'),
    APP_ID: z.string().optional(),
    APP_SECRET: z.string().optional(),
  })
  .refine(({ APP_ID: id, APP_SECRET: secret }) => (id === undefined) === (secret === undefined), {
    path: ['APP_SECRET'],
    error: 'goes with APP_ID',
  });

const parse = (source: EnvironmentSource) =>
  parseEnvironment(schema, source, (problems) => `${problems.length} problems:\n${problems.join('\n')}`);

test('an empty variable counts as absent, so its default applies', () => {
  expect(parse({ ENDPOINT: 'http://localhost', PORT: '' })).toEqual({
    ENDPOINT: 'http://localhost',
    PORT: 3000,
  });
});

test('all problems are listed together, without the values', () => {
  expect(() => parse({ PORT: 'secret' })).toThrow(
    new EnvironmentError('2 problems:\n  PORT must be a port\n  ENDPOINT is missing'),
  );
  expect(() => parse({})).toThrow(expect.objectContaining({ code: 'ENVIRONMENT_INVALID' }));
});

test('a missing variable with its own rule has the message of that rule', () => {
  expect(() => parse({ ENDPOINT: 'http://localhost', APP_ID: 'app' })).toThrow(
    '1 problems:\n  APP_SECRET goes with APP_ID',
  );
});
