import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { ChangeButton } from '../../shared/gate-button.tsx';
import { cell, Row, rowLink, RowTable, stateCell, wideCell } from '../../ui/row-table.tsx';
import { Owners, useOwnersText } from './owners.tsx';
import type { ReportSummary } from './kinds/report-kind.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { CircleCheck, CircleDashed, LockKeyhole, X } from 'lucide-react';

export function ReportRows(props: {
  readonly reports: readonly ReportSummary[];
  readonly onRemove?: ((report: ReportSummary) => void) | undefined;
}): ReactNode {
  const { reports, onRemove } = props;
  const { t } = useTranslation();
  const ownersText = useOwnersText();
  const columns = [
    { label: t('reports.column.title'), className: 'print:w-2/5' },
    { label: t('reports.column.owner'), className: 'w-56' },
    { label: t('reports.column.status'), className: 'w-36' },
    { label: t('reports.column.created'), className: 'w-40 text-right' },
    ...(onRemove === undefined
      ? []
      : [
          {
            label: <span className="sr-only">{t('collections.removeReport.button')}</span>,
            className: 'w-0 print:hidden',
          },
        ]),
  ];
  return (
    <RowTable caption={t('reports.title')} columns={columns}>
      {reports.map((report) => {
        const { id, title, kind, status, classification, owners, createdAt } = report;
        return (
          <Row key={id}>
            <td className={cell}>
              <Link to="/reports/$reportId" params={{ reportId: id }} className={rowLink}>
                {title}
              </Link>
              <p className="text-sm wrap-anywhere text-muted">
                {t(`reportKinds.${kind}.name`)}
                <span className="lg:hidden print:hidden">
                  {'\u00A0· '}
                  {`${ownersText(owners)}\u00A0· `}
                  <RelativeTime at={createdAt} />
                </span>
              </p>
            </td>
            <td className={`${wideCell} max-w-56`}>
              <Owners owners={owners} on={{ resource: 'reports', id, isDraft: status === 'draft' }} />
            </td>
            <td className={stateCell}>
              <span className="flex flex-wrap gap-1.5">
                <StatusBadge status={status} />
                <ClassificationBadge classification={classification} />
              </span>
            </td>
            <td className={`${wideCell} text-right text-muted`}>
              <RelativeTime at={createdAt} />
            </td>
            {/* Above the link, which covers the row. */}
            {onRemove !== undefined && (
              <td className={`${cell} w-0 pl-0 print:hidden`}>
                <span className="relative">
                  <RemoveFromCollection title={title} onRemove={() => onRemove(report)} />
                </span>
              </td>
            )}
          </Row>
        );
      })}
    </RowTable>
  );
}

function RemoveFromCollection(props: { readonly title: string; readonly onRemove: () => void }): ReactNode {
  const { title, onRemove } = props;
  const { t } = useTranslation();
  const label = t('collections.removeReport.label', { title });
  return (
    <ChangeButton
      variant="quiet"
      aria-label={label}
      title={label}
      onClick={onRemove}
      className="w-9 px-0! pointer-coarse:w-11"
      icon={X}
    />
  );
}

const styles = {
  draft: { Icon: CircleDashed, colours: 'bg-sunken text-muted' },
  published: { Icon: CircleCheck, colours: 'bg-info-wash text-info' },
} as const;

export function ClassificationBadge(props: {
  readonly classification: 'normal' | 'confidential';
}): ReactNode {
  const { t } = useTranslation();
  if (props.classification === 'normal') return null;
  return (
    <span className={`${badge} border border-line-strong`}>
      <LockKeyhole aria-hidden="true" className="size-3.5" />
      {t('reports.classification.confidential')}
    </span>
  );
}

const badge = 'inline-flex h-6 items-center gap-1.5 rounded-full px-2 text-xs font-medium whitespace-nowrap';

export function StatusBadge({ status }: { readonly status: keyof typeof styles }): ReactNode {
  const { t } = useTranslation();
  const { Icon, colours } = styles[status];
  return (
    <span className={`${badge} ${colours}`}>
      <Icon aria-hidden="true" className="size-3.5" />
      {t(`reports.status.${status}`)}
    </span>
  );
}
