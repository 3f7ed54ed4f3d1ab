import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { PageTabs } from '../../ui/page.tsx';

export function AccessTabs(): ReactNode {
  const { t } = useTranslation();
  const pages = [
    { to: '/access', name: t('access.tabs.access') },
    { to: '/access/applications', name: t('access.tabs.applications') },
  ] as const;
  return <PageTabs label={t('access.title')} pages={pages} />;
}
