import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { Button } from './button.tsx';

interface Pages {
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly isFetchNextPageError?: boolean;
  readonly fetchNextPage: () => unknown;
}

export function ShowMore({ query }: { readonly query: Pages }): ReactNode {
  const { t } = useTranslation();
  if (!query.hasNextPage) return null;
  return (
    <div className="mt-4 flex flex-col items-center gap-2">
      <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {t('more')}
      </Button>
      {query.isFetchNextPageError === true && (
        <p role="alert" className="text-sm text-denied">
          {t('moreFailed')}
        </p>
      )}
    </div>
  );
}
