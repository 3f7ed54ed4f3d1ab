import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import type { PageData, PageNameProps } from './page-data.ts';

/** The name of a page, in the current language. */
export function PageLabel({ page, params }: PageNameProps & { readonly page: PageData }): ReactNode {
  const { i18n } = useTranslation();
  return 'name' in page ? page.name[i18n.language] : <page.Name params={params} />;
}
