import type { ReactNode, RefObject } from 'react';
import { trpc, type Outputs } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { usePersonName } from '../../shared/person.tsx';
import ConfirmDialog from '../../ui/confirm-dialog.tsx';
import { useFailureNotice } from '../../shared/failure.tsx';
import { notify } from '../../ui/notice.tsx';

/** Before a report becomes confidential: who would lose access to it. */
export default function ClassifyDialog(props: {
  readonly report: { readonly id: string; readonly title: string };
  readonly open: boolean;
  readonly onClose: () => void;
  readonly returnFocusTo: RefObject<HTMLElement | null>;
}): ReactNode {
  const { report, ...dialog } = props;
  const { id, title } = report;
  const { t } = useTranslation();
  const classify = useClassify(id);
  const losing = trpc.reports.classifyPreview.useQuery({ id }, { enabled: dialog.open, staleTime: 0 });
  return (
    <ConfirmDialog
      {...dialog}
      variant="primary"
      labels={{
        title: t('report.classify.losing.title', { title }),
        why: t('report.classify.losing.why'),
        confirm: t('report.classify.confidential'),
      }}
      isDisabled={losing.isPending}
      onConfirm={() => {
        dialog.onClose();
        classify.change('confidential');
      }}
    >
      <div aria-live="polite" className="mt-3 min-h-16 text-sm">
        {losing.data !== undefined ? (
          <Losing {...losing.data} />
        ) : losing.isError ? (
          t('report.classify.losing.failed')
        ) : (
          <span className="skeleton block h-5 w-56" />
        )}
      </div>
    </ConfirmDialog>
  );
}

function Losing({ total, people }: Outputs['reports']['classifyPreview']): ReactNode {
  const { t, i18n } = useTranslation();
  const nameOf = usePersonName();
  if (total === 0) return t('report.classify.losing.none');
  const names = people.map((one) =>
    one.isOwner ? t('report.classify.losing.owner', { name: nameOf(one) }) : nameOf(one),
  );
  const more = total === null ? 0 : total - people.length;
  return (
    <>
      <p className="font-medium">
        {total === null
          ? t('report.classify.losing.many')
          : t('report.classify.losing.total', { count: total })}
      </p>
      <p className="mt-1 max-h-48 overflow-y-auto wrap-anywhere">
        {i18n.list(names)} {more > 0 && t('sharing.more', { count: more })}
      </p>
    </>
  );
}

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
