import type { ReactNode } from 'react';
import { useGate } from '../../api/permissions.ts';
import { trpc } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { PageTabs } from '../../ui/page.tsx';

/** Reserves the space of the tabs while the gate is loading. */
export function ReviewsTabs(): ReactNode {
  const { t } = useTranslation();
  const { state } = useGate(trpc.reviews.unused, undefined);
  if (state === 'denied' || state === 'unavailable') return null;
  const pages = [
    { to: '/reviews', name: t('unused.tabs.reviews') },
    { to: '/reviews/unused', name: t('unused.tabs.unused') },
  ] as const;
  return <PageTabs label={t('unused.tabs.label')} pages={state === 'unknown' ? undefined : pages} />;
}
