import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../start/settings.ts';
import { readInstalled, readNeeded } from './installed-packages.ts';
import { withoutLeave } from './licences.ts';
import { makeSbom } from './sbom.ts';

test.each([
  ['MIT', []],
  ['(MIT OR GPL-3.0-only)', []],
  ['(MIT AND GPL-3.0-only)', ['one@1.0.0: (MIT AND GPL-3.0-only)']],
  ['AGPL-3.0-only', ['one@1.0.0: AGPL-3.0-only']],
  ['MPL-2.0', ['one@1.0.0: MPL-2.0']],
  ['SEE LICENSE IN LICENSE', ['one@1.0.0: SEE LICENSE IN LICENSE']],
  [undefined, ['one@1.0.0: no licence']],
])('the licence %s: %j', (licence, refused) => {
  expect(withoutLeave([{ name: 'one', version: '1.0.0', licence }])).toEqual(refused);
});

test('what was looked at is allowed for that package only', () => {
  const font = { version: '1.0.0', licence: 'OFL-1.1' };
  expect(
    withoutLeave([
      { name: 'pretendard', ...font },
      { name: 'another', ...font },
      { name: '@logto/another', version: '1.0.0', licence: 'MPL-2.0' },
    ]),
  ).toEqual(['another@1.0.0: OFL-1.1', '@logto/another@1.0.0: MPL-2.0']);
});

test('every package that is installed has a licence that is allowed', () => {
  const installed = readInstalled();
  expect(installed.length).toBeGreaterThan(500);
  expect(withoutLeave(installed)).toEqual([]);
});

test('the bill of materials has what the server needs, through others too, and nothing of tests; each part is there once', () => {
  const { components, dependencies } = makeSbom(readNeeded([join(root, 'apps/server')]), '0.0.0');
  const names = new Set(components.map(({ name }) => name));
  expect([...names]).toEqual(
    expect.arrayContaining(['express', 'body-parser', 'pg', 'undici', '@latchkey/permissions']),
  );
  expect(
    ['vitest', 'fast-check', 'prettier', '@latchkey/permit-emulator'].filter((name) => names.has(name)),
  ).toEqual([]);
  const refs = components.map((component) => component['bom-ref']);
  expect(new Set(refs).size).toBe(refs.length);
  const known = new Set(refs);
  expect(dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !known.has(ref))).toEqual([]);
});
