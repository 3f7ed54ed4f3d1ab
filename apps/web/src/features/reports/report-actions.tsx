import { Link, useNavigate } from '@tanstack/react-router';
import { GitCompareArrows, Pencil, Trash2, LockKeyhole, LockKeyholeOpen } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useGate } from '../../api/permissions.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { ExportMenu } from '../../shared/export/export-menu.tsx';
import { GateButton } from '../../shared/gate-button.tsx';
import { ShareButton } from '../../shared/sharing/share-button.tsx';
import { PublishButton } from './publish-button.tsx';
import { notify } from '../../ui/notice.tsx';
import { useFailureNotice } from '../../shared/failure.tsx';
import { useRestore } from './use-restore.ts';
import type { Rename as RenameForm } from '../../shared/title-form.tsx';

interface ActionsProps {
  readonly report: {
    readonly id: string;
    readonly title: string;
    readonly status: 'draft' | 'published';
    readonly classification: 'normal' | 'confidential';
  };
}

/** The user's actions on the report. Every reader can export and compare it. */
export function ReportActions({
  report,
  hasRows,
  rename,
}: ActionsProps & { readonly hasRows: boolean; readonly rename: RenameForm }): ReactNode {
  const { t } = useTranslation();
  const { id, status } = report;
  return (
    <>
      {status === 'draft' && <PublishButton report={report} />}
      <ShareButton on={{ resource: 'reports', id, isDraft: status === 'draft' }} />
      {hasRows && <ExportMenu source={`reports/${id}/export`} formats={['csv', 'xlsx']} />}
      <Rename id={id} form={rename} />
      <Classify report={report} />
      {status === 'published' && <PublishButton report={report} />}
      <Remove report={report} />
      <Link to="/reports/compare" search={{ after: id }} className={buttonClass('quiet')}>
        <GitCompareArrows aria-hidden="true" className="size-4" />
        {t('report.compare.open')}
      </Link>
    </>
  );
}

/** Hidden when denied: a reader does not need it. */
function Rename({
  id,
  form: { isOpen, toggle, button },
}: {
  readonly id: string;
  readonly form: RenameForm;
}): ReactNode {
  const { t } = useTranslation();
  const gate = useGate(trpc.reports.rename, { id });
  return (
    <GateButton gate={gate} label={t('report.rename.open')} whenDenied="hide">
      <Button ref={button} variant="quiet" aria-expanded={isOpen} onClick={toggle} icon={Pencil}>
        {t('report.rename.open')}
      </Button>
    </GateButton>
  );
}

/** Hidden when denied: a reader does not need it. Asks for no confirmation, because it can be undone. */
function Remove({ report: { id, title } }: ActionsProps): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const gate = useGate(trpc.reports.remove, { id });
  const restore = useRestore();
  const remove = trpc.reports.remove.useMutation({
    onSuccess: async () => {
      notify({
        tone: 'done',
        text: t('reports.removed', { title }),
        action: { label: t('undo'), run: () => void restore({ id, title }) },
      });
      await navigate({ to: '/reports' });
      utils.reports.get.setData({ id }, undefined);
      await Promise.all([
        utils.reports.list.invalidate(),
        utils.reports.counts.invalidate(),
        utils.reports.deleted.invalidate(),
      ]);
    },
    onError: (error) => notifyFailure(t('report.page.removeFailed'), error),
  });
  return (
    <GateButton gate={gate} label={t('report.page.remove')} whenDenied="hide">
      <Button variant="quiet" disabled={remove.isPending} onClick={() => remove.mutate({ id })} icon={Trash2}>
        {t('report.page.remove')}
      </Button>
    </GateButton>
  );
}

/** Marks a report as confidential or not. Hidden when denied: users without clearance could not read it afterwards. */
function Classify({ report: { id, classification } }: ActionsProps): ReactNode {
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
        icon={Icon}
      >
        {t(`report.classify.${other}`)}
      </Button>
    </GateButton>
  );
}
