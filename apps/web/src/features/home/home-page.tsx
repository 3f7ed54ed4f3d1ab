import { useRouteContext } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { LazyPart } from '../../components/lazy.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { ChangedCard } from './changed-card.tsx';
import { DeniedCard } from './denied-card.tsx';
import { HandCard } from './hand-card.tsx';
import { WaitingCard } from './waiting-card.tsx';

/** The home page: open requests and items that need attention, beside recent changes of the user's access. */
export function HomePage(): ReactNode {
  const { t } = useTranslation();
  const { OwnRequests } = useRouteContext({ from: '/console' });
  return (
    <>
      <PageHeader title={t('home.title')} purpose={t('home.purpose')} />
      <div className="grid items-start gap-x-8 gap-y-8 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="flex min-w-0 flex-col gap-8">
          <WaitingCard />
          <HandCard />
          <LazyPart>
            <OwnRequests />
          </LazyPart>
        </div>
        <div className="flex min-w-0 flex-col gap-8">
          <ChangedCard />
          <DeniedCard />
        </div>
      </div>
    </>
  );
}
