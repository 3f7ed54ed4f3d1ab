import { expect, test } from 'vitest';
import { z } from 'zod';
import type { EnvironmentSource } from './environment-source.ts';
import { EnvironmentError, parseEnvironment } from './parse-environment.ts';

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

test('a missing variable with a rule of its own has the message of that rule', () => {
  expect(() => parse({ ENDPOINT: 'http://localhost', APP_ID: 'app' })).toThrow(
    '1 problems:\n  APP_SECRET goes with APP_ID',
  );
});
