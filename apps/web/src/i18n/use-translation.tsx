import { createContext, use, useSyncExternalStore, type ReactNode } from 'react';
import type { I18n } from './i18n.ts';
import type { Translate } from './translate.ts';

const I18nContext = createContext<I18n | null>(null);

export function I18nProvider(props: { readonly i18n: I18n; readonly children: ReactNode }): ReactNode {
  return <I18nContext value={props.i18n}>{props.children}</I18nContext>;
}

export function useTranslation(): { readonly t: Translate; readonly i18n: I18n } {
  const i18n = use(I18nContext);
  if (i18n === null) throw new TypeError('There is no <I18nProvider> above.');
  return { t: useSyncExternalStore(i18n.subscribe, () => i18n.t), i18n };
}
