import { expect, test } from 'vitest';
import { addSyncWords, createI18n, switchLanguage } from './i18n/i18n.ts';
import { enSync } from './features/sync/messages.en.ts';
import { en } from './i18n/messages.en.ts';
import { koSync } from './features/sync/messages.ko.ts';
import { ko } from './i18n/messages.ko.ts';

interface Words {
  readonly [key: string]: string | Words;
}

/** Every key with its words; plural forms of one key together. */
function wordsOf(node: Words, path = ''): Map<string, string[]> {
  const words = new Map<string, string[]>();
  for (const [key, value] of Object.entries(node)) {
    const here = `${path}${key}`.replace(/_(one|other)$/, '');
    if (typeof value === 'string') words.set(here, [...(words.get(here) ?? []), value]);
    else for (const [inner, forms] of wordsOf(value, `${here}.`)) words.set(inner, forms);
  }
  return words;
}

const variablesOf = (text: string): string[] =>
  [...text.matchAll(/\{\{(\w+)(?:, number)?\}\}/g)].map(([, name]) => name ?? '').toSorted();

test('each language has the same keys, with the same variables, and no empty word', () => {
  const english = wordsOf({ ...en, sync: enSync });
  const korean = wordsOf({ ...ko, sync: koSync });
  expect([...korean.keys()].toSorted()).toEqual([...english.keys()].toSorted());
  for (const [key, forms] of korean) {
    const expected = variablesOf(english.get(key)?.at(-1) ?? '');
    for (const form of forms) expect([key, variablesOf(form)]).toEqual([key, expected]);
    expect(forms.every((form) => form.trim() !== '')).toBe(true);
  }
});

test('a switch of language is loaded, kept, and told to the document', async () => {
  const words = await createI18n('en');
  expect(document.documentElement.lang).toBe('en');
  expect(words.t('landing.signIn')).toBe('Sign in');
  await switchLanguage(words, 'ko');
  expect(words.t('landing.signIn')).toBe('로그인');
  expect(document.documentElement.lang).toBe('ko');
  expect(localStorage.getItem('latchkey:language')).toBe('ko');
});

test('the words of directory sync come when they are asked for, and follow a switch', async () => {
  const words = await createI18n('en');
  expect(words.exists('sync.title')).toBe(false);
  await addSyncWords(words);
  expect(words.t('sync.title')).toBe('Directory sync');
  await switchLanguage(words, 'ko');
  expect(words.t('sync.title')).toBe('디렉터리 동기화');
});
