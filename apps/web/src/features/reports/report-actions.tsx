import { Link } from '@tanstack/react-router';
import { Ellipsis, GitCompareArrows } from 'lucide-react';
import { lazy, type ReactNode } from 'react';
import { useGate } from '../../api/permissions.ts';
import { trpc } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { ExportMenu } from '../../shared/export/export-menu.tsx';
import { ShareButton } from '../../shared/sharing/share-button.tsx';
import type { Rename } from '../../shared/title-form.tsx';
import { Button, buttonClass } from '../../ui/button.tsx';
import { LazyPopup } from '../../ui/lazy.tsx';
import { useMenu } from '../../ui/menu-button.ts';
import { PublishButton } from './publish-button.tsx';
import type { ReportMenuProps } from './report-menu.tsx';

const loadMenu = () => import('./report-menu.tsx');
const ReportMenu = lazy(loadMenu);

export function ReportActions(props: {
  readonly report: ReportMenuProps['report'];
  readonly hasRows: boolean;
  readonly rename: Rename;
}): ReactNode {
  const { report, hasRows, rename } = props;
  const { id, status } = report;
  const { t } = useTranslation();
  const canPublish = useGate(trpc.reports.publish, { id }).state === 'allowed';
  const allowed = {
    rename: useGate(trpc.reports.rename, { id }).state === 'allowed',
    classify: useGate(trpc.reports.classify, { id }).state === 'allowed',
    unpublish: canPublish && status === 'published',
    remove: useGate(trpc.reports.remove, { id }).state === 'allowed',
  };
  return (
    <>
      {status === 'draft' && <PublishButton report={report} />}
      <ShareButton on={{ resource: 'reports', id, isDraft: status === 'draft' }} />
      {hasRows && <ExportMenu source={`reports/${id}/export`} formats={['csv', 'xlsx']} />}
      {Object.values(allowed).includes(true) ? (
        <MoreActions report={report} allowed={allowed} rename={rename} />
      ) : (
        <Link to="/reports/compare" search={{ after: id }} className={buttonClass('quiet')}>
          <GitCompareArrows aria-hidden="true" className="size-4" />
          {t('report.compare.open')}
        </Link>
      )}
    </>
  );
}

function MoreActions(props: Pick<ReportMenuProps, 'report' | 'allowed' | 'rename'>): ReactNode {
  const { button: opener } = props.rename;
  const { t } = useTranslation();
  const { button, menu, container } = useMenu(loadMenu);
  return (
    <div ref={container}>
      <Button
        ref={opener}
        icon={Ellipsis}
        aria-label={t('report.page.more')}
        title={t('report.page.more')}
        {...button}
        className="w-9 px-0! pointer-coarse:w-11"
      />
      {menu !== null && (
        <LazyPopup open={menu.open} onClose={() => menu.onOpenChange(false)}>
          <ReportMenu {...props} menu={menu} />
        </LazyPopup>
      )}
    </div>
  );
}
