import { Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { retryIntervalAfter } from '../../api/query-client.ts';
import { trpc } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { useFailureNotice } from '../../shared/failure.tsx';
import { ChangeButton } from '../../shared/gate-button.tsx';
import { focusMain } from '../../ui/focus-main.ts';
import { notify } from '../../ui/notice.tsx';

export default function DeletedReports(): ReactNode {
  const { t } = useTranslation();
  const restore = useRestore();
  const { data: deleted = [] } = trpc.reports.deleted.useQuery(undefined, {
    // Refetches when the next report can no longer be restored.
    refetchInterval: ({ state }) => {
      const left = state.data?.map((one) => one.left) ?? [];
      if (left.length === 0) return retryIntervalAfter(state.error);
      return Math.max(1_000, Math.min(...left));
    },
  });
  if (deleted.length === 0) return null;
  return (
    <ul className="mb-4 flex flex-col divide-y divide-line rounded-card border border-dashed border-line-strong print:hidden">
      {deleted.map(({ id, title }) => (
        <li key={id} className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 py-1 pr-1 pl-4">
          <Trash2 aria-hidden="true" className="size-4 shrink-0 text-muted" />
          <span className="min-w-0 flex-1 wrap-anywhere text-muted">{t('reports.removed', { title })}</span>
          <ChangeButton
            variant="quiet"
            aria-label={t('reports.undoOf', { title })}
            onClick={(event) => {
              focusMain(event);
              void restore({ id, title });
            }}
          >
            {t('undo')}
          </ChangeButton>
        </li>
      ))}
    </ul>
  );
}

/** Works even after the component that offered it has unmounted. */
export function useRestore(): (report: { readonly id: string; readonly title: string }) => Promise<void> {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  return async ({ id, title }) => {
    try {
      await utils.client.reports.restore.mutate({ id });
      notify({ tone: 'done', text: t('reports.restored', { title }) });
    } catch (error) {
      notifyFailure(t('reports.restoreFailed'), error, { UNDO_EXPIRED: t('reports.undoExpired') });
    }
    await Promise.all([utils.reports.invalidate(), utils.collections.invalidate()]);
  };
}
