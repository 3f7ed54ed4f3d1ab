import { useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';

/**
 * Announces the number of results of a search or a filter to screen readers. Render it unconditionally: screen readers
 * ignore a live region that is added together with its text.
 */
export function ResultCount(props: {
  /** `undefined` without a search or filter, and while it is loading. */
  readonly count: number | undefined;
  /** Whether more results than these can be loaded. */
  readonly hasMore?: boolean;
}): ReactNode {
  const { count, hasMore = false } = props;
  const { t } = useTranslation();
  const search = useSearch({ strict: false });
  return (
    <output className="sr-only">
      {count !== undefined && (
        // A new element is announced, even if its text is the same.
        <span key={JSON.stringify(search)}>
          {t(hasMore ? 'search.foundMore' : 'search.found', { count })}
        </span>
      )}
    </output>
  );
}
