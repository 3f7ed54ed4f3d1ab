import { LockKeyhole, LockKeyholeOpen } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { Button } from '../../components/button.tsx';
import { useFailureNotice } from '../../components/failure-notice.ts';
import { GateButton } from '../../components/gate-button.tsx';
import { notify } from '../../components/notice.ts';
import { useGate } from '../../permissions.ts';

/** Marks a report as confidential or not. Hidden when denied: users without clearance could not read it afterwards. */
export function Classify({
  report: { id, classification },
}: {
  readonly report: { readonly id: string; readonly classification: 'normal' | 'confidential' };
}): ReactNode {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const gate = useGate(trpc.reports.classify, { id });
  const [other, Icon] =
    classification === 'normal'
      ? (['confidential', LockKeyhole] as const)
      : (['normal', LockKeyholeOpen] as const);
  const classify = trpc.reports.classify.useMutation({
    onSuccess: async () => {
      notify({ tone: 'done', text: t(`report.classify.done.${other}`) });
      await Promise.all([utils.reports.invalidate(), utils.collections.invalidate()]);
    },
    onError: (error) => notifyFailure(t('report.classify.failed'), error),
  });
  return (
    <GateButton gate={gate} label={t(`report.classify.${other}`)} whenDenied="hide">
      <Button
        variant="quiet"
        disabled={classify.isPending}
        onClick={() => classify.mutate({ id, classification: other })}
      >
        <Icon aria-hidden="true" className="size-4" />
        {t(`report.classify.${other}`)}
      </Button>
    </GateButton>
  );
}
