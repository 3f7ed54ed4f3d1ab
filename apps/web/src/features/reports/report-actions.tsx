import { Link } from '@tanstack/react-router';
import { GitCompareArrows } from 'lucide-react';
import { lazy, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { ExportMenu } from '../../shared/export/export-menu.tsx';
import { ShareButton } from '../../shared/sharing/share-button.tsx';
import type { Rename } from '../../shared/title-form.tsx';
import { buttonClass } from '../../ui/button.tsx';
import { LazyPopup, useLazyPopup } from '../../ui/lazy.tsx';
import { MoreActions } from './more-actions.tsx';
import { PublishButton } from './publish-button.tsx';
import type { ReportMenuProps } from './report-menu.tsx';

const loadMenu = () => import('./report-menu.tsx');
const ReportMenu = lazy(loadMenu);
const ClassifyDialog = lazy(() => import('./classify-dialog.tsx'));

export function ReportActions(props: {
  readonly report: ReportMenuProps['report'];
  readonly gates: ReportMenuProps['gates'];
  readonly hasRows: boolean;
  readonly rename: Rename;
}): ReactNode {
  const { report, gates, hasRows, rename } = props;
  const { id, status } = report;
  const { t } = useTranslation();
  const classify = useLazyPopup();
  return (
    <>
      <LazyPopup popup={classify.popup}>
        {(shown) => <ClassifyDialog report={report} returnFocusTo={rename.button} {...shown} />}
      </LazyPopup>
      {status === 'draft' && <PublishButton report={report} />}
      <ShareButton on={{ resource: 'reports', id, isDraft: status === 'draft' }} />
      {hasRows && <ExportMenu source={`reports/${id}/export`} formats={['csv', 'xlsx']} />}
      {Object.values(gates).some(({ state }) => state === 'allowed') ? (
        <MoreActions button={rename.button} load={loadMenu}>
          {(menu) => (
            <ReportMenu
              report={report}
              gates={gates}
              onConfidential={() => classify.setOpen(true)}
              rename={rename}
              {...menu}
            />
          )}
        </MoreActions>
      ) : (
        <Link to="/reports/compare" search={{ after: id }} className={buttonClass('quiet')}>
          <GitCompareArrows aria-hidden="true" className="size-4" />
          {t('report.compare.open')}
        </Link>
      )}
    </>
  );
}
