import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useFailureNotice } from '../../components/failure-notice.ts';
import { notify } from '../../components/notice.ts';
import type { SavedView } from './event-labels.tsx';

interface ChangeViews {
  /** @throws the server's refusal */
  readonly save: (view: Omit<SavedView, 'id'>) => Promise<void>;
  /** Can be undone from the notice. @throws the server's refusal */
  readonly rename: (view: SavedView, name: string) => Promise<void>;
  /** Can be undone from the notice, which also reports a failure. */
  readonly remove: (view: SavedView) => Promise<void>;
}

/** Saves, renames and deletes the user's own views. Each resolves when the list shows the change. */
export function useChangeViews(): ChangeViews {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const onSettled = (): Promise<void> => utils.audit.views.invalidate();
  const saveView = trpc.audit.saveView.useMutation({ onSettled });
  const renameView = trpc.audit.renameView.useMutation({ onSettled });
  const removeView = trpc.audit.removeView.useMutation({ onSettled });
  const noticeOf = (text: string, undo: () => Promise<unknown>): void =>
    notify({
      tone: 'done',
      text,
      action: {
        label: t('audit.views.undo'),
        run: () => void undo().catch((error: unknown) => notifyFailure(t('audit.views.failed.undo'), error)),
      },
    });
  return {
    async save({ name, filter }) {
      await saveView.mutateAsync({ name, filter });
    },
    async rename({ id, name: before }, name) {
      if (name === before) return;
      await renameView.mutateAsync({ id, name });
      noticeOf(t('audit.views.renamed', { name }), () => renameView.mutateAsync({ id, name: before }));
    },
    async remove({ id, name, filter }) {
      try {
        await removeView.mutateAsync({ id });
        noticeOf(t('audit.views.removed', { name }), () => saveView.mutateAsync({ name, filter }));
      } catch (error) {
        notifyFailure(t('audit.views.failed.remove'), error);
      }
    },
  };
}
