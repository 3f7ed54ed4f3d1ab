import type { Language } from './language.ts';

/** Not only part of the messages, because loading those may fail. */
export const late: Readonly<Record<Language, string>> = {
  en: 'This is taking long. Check your connection; the page opens by itself as soon as it’s here.',
  ko: '시간이 오래 걸리고 있어요. 네트워크를 확인해 주세요. 도착하면 화면이 저절로 열려요.',
};
