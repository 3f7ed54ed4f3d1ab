import { expect, test } from 'vitest';
import { landingMessages } from './features/landing/landing-page.tsx';
import { sharingMessages } from './shared/messages.ts';
import { addMessages, createI18n, switchLanguage } from './i18n/i18n.ts';

interface MessageTree {
  readonly [key: string]: string | MessageTree;
}

const english = import.meta.glob<MessageTree>('./**/{messages,*.messages}.en.ts', {
  eager: true,
  import: 'messages',
});
const korean = import.meta.glob<MessageTree>('./**/{messages,*.messages}.ko.ts', {
  eager: true,
  import: 'messages',
});

/** Every key with its messages; the plural forms of one key together. */
function textsOf(tree: MessageTree, path = ''): Map<string, string[]> {
  const texts = new Map<string, string[]>();
  for (const [key, value] of Object.entries(tree)) {
    const here = `${path}${key}`.replace(/_(one|other)$/, '');
    if (typeof value === 'string') texts.set(here, [...(texts.get(here) ?? []), value]);
    else for (const [inner, forms] of textsOf(value, `${here}.`)) texts.set(inner, forms);
  }
  return texts;
}

const variablesOf = (text: string): string[] =>
  [...text.matchAll(/\{\{(\w+)(?:, number)?\}\}/g)].map(([, name]) => name ?? '').toSorted();

const folderOf = (file: string): string => file.replace(/messages\.\w+\.ts$/, '');

test('every feature has messages in each language', () => {
  expect(Object.keys(english)).toContain('./features/sync/messages.en.ts');
  expect(Object.keys(korean).map(folderOf)).toEqual(Object.keys(english).map(folderOf));
});

test.each(Object.keys(english))(
  '%s: the translations have the same keys and variables, and no empty message',
  (file) => {
    const englishTexts = textsOf(english[file] ?? {});
    const koreanTexts = textsOf(korean[file.replace('.en.', '.ko.')] ?? {});
    expect([...koreanTexts.keys()].toSorted()).toEqual([...englishTexts.keys()].toSorted());
    for (const [key, forms] of koreanTexts) {
      const expected = variablesOf(englishTexts.get(key)?.at(-1) ?? '');
      for (const form of forms) expect([key, variablesOf(form)]).toEqual([key, expected]);
      expect(forms.every((form) => form.trim() !== '')).toBe(true);
    }
  },
);

test('no English message says “may”, “somebody” or “whoever”', () => {
  const texts = Object.values(english).flatMap((tree) => [...textsOf(tree).values()].flat());
  expect(texts.length).toBeGreaterThan(1_000);
  expect(texts.filter((text) => /\b(?:may|somebody|whoever)\b/i.test(text))).toEqual([]);
});

test('switching the language loads it, stores it, and sets it on the document', async () => {
  const i18n = await createI18n('en');
  expect(document.documentElement.lang).toBe('en');
  await addMessages(i18n, landingMessages);
  expect(i18n.t('landing.signIn')).toBe('Sign in');
  await switchLanguage(i18n, 'ko');
  expect(i18n.t('landing.signIn')).toBe('로그인');
  expect(document.documentElement.lang).toBe('ko');
  expect(localStorage.getItem('latchkey:language')).toBe('ko');
});

test('the messages of a feature are loaded on demand, and follow a switch of the language', async () => {
  const i18n = await createI18n('en');
  expect(i18n.exists('sharing.title')).toBe(false);
  await addMessages(i18n, sharingMessages);
  expect(i18n.t('sharing.title')).toBe('Who has access');
  await switchLanguage(i18n, 'ko');
  expect(i18n.t('sharing.title')).toBe('접근할 수 있는 사람');
});

test('lists follow the language, and can end with the number of other items', async () => {
  const i18n = await createI18n('en');
  expect(i18n.list(['A', 'B', 'C'])).toBe('A, B, and C');
  expect(i18n.list(['A', 'B'], '3 more')).toBe('A, B, and 3 more');
  await switchLanguage(i18n, 'ko');
  expect(i18n.list(['가', '나', '다'])).toBe('가, 나, 다');
  expect(i18n.list(['가', '나'], '외 3개')).toBe('가, 나 외 3개');
});
