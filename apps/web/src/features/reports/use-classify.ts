import { trpc } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { useFailureNotice } from '../../shared/failure.tsx';
import { notify } from '../../ui/notice.tsx';

/** Denied to users without clearance, who could not read the report afterwards. */
export function useClassify(id: string): {
  readonly isPending: boolean;
  readonly change: (classification: 'normal' | 'confidential') => void;
} {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const { isPending, mutate } = trpc.reports.classify.useMutation({
    onSuccess: async (_, { classification }) => {
      notify({ tone: 'done', text: t(`report.classify.done.${classification}`) });
      await Promise.all([utils.reports.invalidate(), utils.collections.invalidate()]);
    },
    onError: (error) => notifyFailure(t('report.classify.failed'), error),
  });
  return { isPending, change: (classification) => mutate({ id, classification }) };
}
