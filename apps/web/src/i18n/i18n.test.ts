import { expect, test } from 'vitest';
import { createI18n } from './i18n.ts';
import { textsOf, translator, type Translate } from './translate.ts';

test('the last chosen language is shown, even if an earlier one loads later', async () => {
  const i18n = await createI18n('en');
  // The Korean messages are not loaded yet.
  await Promise.all([i18n.show('ko'), i18n.show('en')]);
  expect(i18n.language).toBe('en');
});

// The function accepts any messages; its type accepts only those of the console.
const translate = (language: string, tree: object) => {
  const t = translator(new Map(textsOf(tree)), language);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return t as (key: string, values?: Readonly<Record<string, unknown>>) => string;
};

test('finds a message by its full key, including names with dots; an unknown key is returned unchanged', () => {
  const t = translate('en', {
    event: { 'User.Created': 'Created', User: { Deleted: 'Deleted' } },
    'a:b': 'c',
  });
  expect(['event.User.Created', 'event.User.Deleted', 'a:b'].map((key) => t(key))).toEqual([
    'Created',
    'Deleted',
    'c',
  ]);
  expect(['event', 'event.User', 'constructor', '__proto__', ''].map((key) => t(key))).toEqual([
    'event',
    'event.User',
    'constructor',
    '__proto__',
    '',
  ]);
});

test('inserts variables once and unescaped, and formats numbers for the language', () => {
  const tree = { text: '{{name}} has {{count, number}} of {{limit}}, {{name}}' };
  expect(translate('en', tree)('text', { name: '{{limit}} $& <b>', count: 12_345, limit: 6_789 })).toBe(
    '{{limit}} $& <b> has 12,345 of 6789, {{limit}} $& <b>',
  );
  expect(translate('de', tree)('text', { name: 'Kim', count: 12_345.5 })).toBe('Kim has 12.345,5 of , Kim');
  // A right-to-left override would reverse the rest of the sentence.
  expect(translate('en', tree)('text', { name: '\u202eKim\u2067', count: 1, limit: 2 })).toBe(
    'Kim has 1 of 2, Kim',
  );
});

test('a count uses the plural form of the language, and the zero form if there is one', () => {
  const t = translate('en', {
    reports_zero: 'no report',
    reports_one: '{{count}} report',
    reports_other: '{{count, number}} reports',
    roles_one: '{{count}} role',
    roles_other: '{{count}} roles',
    plain: 'as it is',
  });
  expect([0, 1, 2, 1_000].map((count) => t('reports', { count }))).toEqual([
    'no report',
    '1 report',
    '2 reports',
    '1,000 reports',
  ]);
  expect([0, 1].map((count) => t('roles', { count }))).toEqual(['0 roles', '1 role']);
  expect(t('plain', { count: 1 })).toBe('as it is');
  const korean = translate('ko', { reports_other: '보고서 {{count, number}}개' });
  expect([0, 1, 1_000].map((count) => korean('reports', { count }))).toEqual([
    '보고서 0개',
    '보고서 1개',
    '보고서 1,000개',
  ]);
});

test('a Korean particle follows the last sound of the word before it', () => {
  const t = translator(new Map([['by', '‘{{name}}’을(를) {{name}}이(가) {{name}}(으)로']]), 'ko');
  const said = (name: string) => Reflect.apply(t, undefined, ['by', { name }]);
  const [consonant, rieul, vowel] = [
    ['회수팀', '‘김서연’', 'Zoom', 'plan', '3', '10', '100', 'api.example.com', 'Slack', 'Permit', 'ISBN'],
    ['역할', '서울)', 'Excel', '1', '7', '118', 'XML'],
    ['검토', '지수', 'Logto', 'Acme', 'API', '2', '45', 'user@example.test', '“보기”', 'Claude', '', '🙂'],
  ];
  for (const [names, object, subject, by] of [
    [consonant, '을', '이', '으로'],
    [rieul, '을', '이', '로'],
    [vowel, '를', '가', '로'],
  ] as const)
    for (const name of names ?? [])
      expect(said(name)).toBe(`‘${name}’${object} ${name}${subject} ${name}${by}`);
});

test('a misspelled key or a missing value does not compile', () => {
  const t: Translate = translator(new Map(), 'en');
  const name = 'Acme';
  // These calls compile: each passes every variable of its message. The last passes one that only one of its two
  // messages has.
  t('layout.organizationChanged', { name });
  t('layout.notifications', { count: 1 });
  t(name === 'Acme' ? 'brand' : 'layout.organizationChanged', { name });
  // @ts-expect-error -- no such key
  t('layout.organisationChanged', { name });
  // @ts-expect-error -- not a text
  t('layout');
  // @ts-expect-error -- the forms of a plural have one key
  t('layout.notifications_one', { count: 1 });
  // @ts-expect-error -- no value
  t('layout.organizationChanged');
  // @ts-expect-error -- another value
  t('layout.organizationChanged', { nam: name });
  // @ts-expect-error -- the number of a plural
  t('layout.notifications');
  // @ts-expect-error -- a string for a number
  t('layout.notifications', { count: '1' });
  // @ts-expect-error -- one of the two texts has a variable
  t(name === 'Acme' ? 'brand' : 'layout.organizationChanged');
  expect(t('brand')).toBe('brand');
});
