import { expect, test } from 'vitest';
import { parseEmails } from './parse-emails.ts';

test.each<[string, string[], string[]]>([
  ['', [], []],
  ['ann@example.com', ['ann@example.com'], []],
  [
    'ann@example.com, Bob@Example.com;c@example.com\n\nd@example.com\te@example.com f@example.com',
    [
      'ann@example.com',
      'bob@example.com',
      'c@example.com',
      'd@example.com',
      'e@example.com',
      'f@example.com',
    ],
    [],
  ],
  ['Ann Lee <ann@example.com>, "Bob" <bob@example.com>', ['ann@example.com', 'bob@example.com'], []],
  ['ann@example.com, ANN@example.com', ['ann@example.com'], []],
  ['ann@, ok@example.com, nobody', ['ok@example.com'], ['ann@', 'nobody']],
])('%j has the addresses %j and the invalid entries %j', (text, emails, malformed) => {
  expect(parseEmails(text)).toEqual({ emails, malformed });
});
