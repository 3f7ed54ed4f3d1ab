import { useTranslation } from 'react-i18next';
import { trpc } from '../../api/trpc.ts';
import { notify } from '../../components/notice.ts';
import { useProblemText } from '../../components/problem-text.ts';

export interface Replay {
  readonly isPending: boolean;
  readonly mutate: (which: { ids: string[] } | { dead: true }) => void;
}

/** Tries deliveries again, says how many, and has the pages of sync ask anew. */
export function useReplay(): Replay {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const problemText = useProblemText();
  return trpc.sync.replay.useMutation({
    onSuccess: async ({ replayed }) => {
      notify({ tone: 'done', text: t('sync.replayed', { count: replayed }) });
      await utils.sync.invalidate();
    },
    onError: (error) => notify({ tone: 'failed', text: `${t('sync.replayFailed')}. ${problemText(error)}` }),
  });
}
