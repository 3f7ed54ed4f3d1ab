import { lazy, type ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import type { DeniedPanelProps } from './denied-panel.tsx';
import { reloadIfReachable } from '../new-version.ts';
import { ErrorState } from '../ui/state-panel.tsx';
import { LazyPart } from '../ui/lazy.tsx';
import { PageSkeleton } from '../ui/skeletons.tsx';

const DeniedPanel = lazy(() => import('./denied-panel.tsx'));

/** Replaces a page that was denied. Shows the denial even if the code that explains it cannot be loaded. */
export function AccessDenied(props: DeniedPanelProps): ReactNode {
  const { t } = useTranslation();
  return (
    <LazyPart
      loading={<PageSkeleton />}
      failed={
        <ErrorState
          title={t('denied.title')}
          why={t('denied.unnamed')}
          onRetry={() => void reloadIfReachable()}
        />
      }
    >
      <DeniedPanel {...props} />
    </LazyPart>
  );
}
