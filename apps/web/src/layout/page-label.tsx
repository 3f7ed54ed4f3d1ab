import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { languageOf } from '../i18n/language.ts';
import type { PageData, PageNameProps } from './page-data.ts';

/** The name of a page, in the current language. */
export function PageLabel({ page, params }: PageNameProps & { readonly page: PageData }): ReactNode {
  const { i18n } = useTranslation();
  return 'name' in page ? page.name[languageOf(i18n)] : <page.Name params={params} />;
}
