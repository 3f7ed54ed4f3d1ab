import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { notify } from '../../components/notice.ts';
import { useFailureNotice } from '../../components/failure-notice.ts';

export interface Replay {
  readonly isPending: boolean;
  readonly mutate: (which: { ids: string[] } | { dead: true }) => void;
}

/** Replays deliveries, refetches the page's sync data, and then shows their number in a notice. */
export function useReplay(): Replay {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  return trpc.sync.replay.useMutation({
    onSuccess: async ({ replayed }) => {
      // First the page, then the notice: until then the page says "Given up".
      await utils.sync.invalidate();
      notify({ tone: 'done', text: t('sync.replayed', { count: replayed }) });
    },
    onError: (error) => notifyFailure(t('sync.replayFailed'), error),
  });
}
