import type { Language } from './language.ts';

/** Not only part of the messages, because loading those may fail. */
export const late: Readonly<Record<Language, string>> = {
  en: 'This is taking longer than usual. Check your connection. The page opens when it’s ready.',
  ko: '시간이 오래 걸리고 있어요. 네트워크를 확인해 주세요. 준비되면 화면이 자동으로 열려요.',
};
