import { lazy, type ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import type { Denial } from '../api/api-error.ts';
import { reloadIfReachable } from '../new-version.ts';
import { ErrorState } from '../ui/state-panel.tsx';
import { LazyPart } from '../ui/lazy.tsx';
import { PageSkeleton } from '../ui/skeletons.tsx';

export interface AccessDeniedProps {
  readonly denial: Denial;
  readonly onRetry: () => void;
}

const DeniedPanel = lazy(() => import('./denied-panel.tsx'));

/** Replaces a page that was denied. Shows the denial even if the code that explains it cannot be loaded. */
export function AccessDenied(props: AccessDeniedProps): ReactNode {
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
