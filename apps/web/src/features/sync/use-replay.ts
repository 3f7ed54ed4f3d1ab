import { useTranslation } from 'react-i18next';
import { trpc } from '../../api/trpc.ts';
import { notify } from '../../components/notice.ts';
import { useFailureNotice } from '../../components/failure-notice.ts';

export interface Replay {
  readonly isPending: boolean;
  readonly mutate: (which: { ids: string[] } | { dead: true }) => void;
}

/** Replays deliveries, shows their number in a notice, and invalidates the queries of sync. */
export function useReplay(): Replay {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  return trpc.sync.replay.useMutation({
    onSuccess: async ({ replayed }) => {
      notify({ tone: 'done', text: t('sync.replayed', { count: replayed }) });
      await utils.sync.invalidate();
    },
    onError: (error) => notifyFailure(t('sync.replayFailed'), error),
  });
}
