import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useFailureNotice } from '../../shared/failure.tsx';
import { notify } from '../../ui/notice.tsx';

/** Restores a deleted report. Works even after the component that offered it has unmounted. */
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
