import { expect, test } from 'vitest';
import { createI18n } from './i18n.ts';

test('the language that was chosen last is shown, also when an earlier one loads later', async () => {
  const i18n = await createI18n('en');
  // Its messages are not loaded yet.
  await Promise.all([i18n.show('ko'), i18n.show('en')]);
  expect(i18n.language).toBe('en');
});
