import { expect, test } from 'vitest';
import { readInstalled, withoutLeave } from './licences.ts';

test.each([
  ['MIT', []],
  ['(MIT OR GPL-3.0-only)', []],
  ['(MIT AND GPL-3.0-only)', ['one@1.0.0: (MIT AND GPL-3.0-only)']],
  ['AGPL-3.0-only', ['one@1.0.0: AGPL-3.0-only']],
  ['MPL-2.0', ['one@1.0.0: MPL-2.0']],
  ['SEE LICENSE IN LICENSE', ['one@1.0.0: SEE LICENSE IN LICENSE']],
  ['Unknown', ['one@1.0.0: Unknown']],
])('the licence %s: %j', (licence, refused) => {
  expect(withoutLeave([{ name: 'one', version: '1.0.0', licence }])).toEqual(refused);
});

test('an exception applies to its package only', () => {
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
