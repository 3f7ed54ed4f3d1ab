import { expect, test } from 'vitest';
import { matches } from './command.ts';

test.each([
  ['', ['Members'], true],
  ['MEM', ['Members', '구성원'], true],
  ['구성', ['Members', '구성원'], true],
  // While the second syllable is being typed.
  ['구ㅅ', ['Members', '구성원'], true],
  ['구서', ['Members', '구성원'], true],
  ['구남', ['Members', '구성원'], false],
  ['resume', ['Résumé'], true],
  ['  report   new ', ['New report'], true],
  ['report old', ['New report'], false],
  ['\0', ['New report'], false],
])('searching %j in %j: %s', (typed, texts, expected) => {
  expect(matches(typed, texts)).toBe(expected);
});
