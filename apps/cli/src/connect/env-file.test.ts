import { parseEnv } from 'node:util';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ActionableError } from '../actionable-error.ts';
import { updateEnvText, type EnvValues } from './env-file.ts';

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

/** Files as people write them: every quote that is opened is closed. */
const wellFormed = fc.oneof(
  fc.tuple(name, fc.stringMatching(/^[\w .,:/가-힣]{0,12}$/)).map(([key, text]) => `${key}="${text}"`),
  fc.tuple(name, fc.stringMatching(/^[\w.,:/]{0,12}$/)).map(([key, text]) => `${key}=${text} # comment`),
  fc.constant('# a comment'),
);

test('a well-formed file is always written', () => {
  fc.assert(
    fc.property(
      fc.array(wellFormed, { maxLength: 8 }),
      fc.dictionary(name, fc.stringMatching(/^[\w .,:/#=+'가-힣-]{0,20}$/)),
      (lines, values) => {
        const text = lines.join('\n');
        expect(parseEnv(updateEnvText(text, values))).toEqual({ ...parseEnv(text), ...values });
      },
    ),
  );
});

/** Undefined when the text cannot be changed. */
function updatedOrRefused(text: string, values: EnvValues): string | undefined {
  try {
    return updateEnvText(text, values);
  } catch (error) {
    if (error instanceof ActionableError && error.code === 'ENV_FILE_UNREADABLE') return undefined;
    throw error;
  }
}

test('the values are what the file says then, and every other variable is what it was; or nothing is written', () => {
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 8 }),
      fc.dictionary(name, value),
      fc.constantFrom('\n', '\r\n'),
      (lines, values, newline) => {
        const text = lines.join(newline);
        const updated = updatedOrRefused(text, values);
        const written = updated === undefined ? {} : values;
        expect(parseEnv(updated ?? text)).toEqual({ ...parseEnv(text), ...written });
        // A second time there is nothing to change.
        expect(updateEnvText(updated ?? text, written)).toBe(updated ?? text);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('a text without quotes around several lines is always written', () => {
  const values = { A: 'permit_key_x', B_1: 'with space, "quotes" and #' };
  expect(updateEnvText('A=1\n# about B\nB_1=2', values)).toBe(
    `A=permit_key_x\n# about B\nB_1='with space, "quotes" and #'\n`,
  );
});

test('a value in several lines is not torn apart', () => {
  const text = 'KEY="first\nA=inside\nlast"\nA=outside\n';
  expect(updateEnvText(text, { A: 'new' })).toBe(`${text}A=new\n`);
  expect(updateEnvText('KEY="first\nA=inside\nlast"', { A: 'new' })).toBe(
    'KEY="first\nA=inside\nlast"\nA=new\n',
  );
});
