import type { ReactNode, RefObject } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc, type Outputs } from '../../api/trpc.ts';
import { RoleBadge } from '../../shared/role-badge.tsx';
import ConfirmDialog from '../../ui/confirm-dialog.tsx';

/** Names who can read the report once it is published. Loaded when first opened, hence the default export. */
export default function PublishDialog(props: {
  readonly report: { readonly id: string; readonly title: string };
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
  readonly returnFocusTo: RefObject<HTMLElement | null>;
}): ReactNode {
  const { report, ...dialog } = props;
  const { t } = useTranslation();
  const audience = trpc.reports.audience.useQuery({ id: report.id }, { enabled: dialog.open, staleTime: 0 });
  return (
    <ConfirmDialog
      {...dialog}
      variant="primary"
      labels={{
        title: t('report.audience.title', { title: report.title }),
        why: t('report.audience.why'),
        confirm: t('report.page.publish'),
      }}
    >
      <div aria-live="polite" className="mt-3 min-h-24 text-sm">
        {audience.data !== undefined ? (
          <Audience {...audience.data} />
        ) : audience.isError ? (
          t('report.audience.failed')
        ) : (
          [1, 2, 3].map((row) => <span key={row} className="skeleton mt-2 block h-5 w-40" />)
        )}
      </div>
    </ConfirmDialog>
  );
}

function Audience({ byRole, shared }: Outputs['reports']['audience']): ReactNode {
  const { t } = useTranslation();
  return (
    <ul className="flex flex-col gap-2">
      {byRole.map(({ role, people }) => (
        <li key={role} className="flex flex-wrap items-center gap-x-2 tabular-nums">
          <RoleBadge role={role} />
          {people === null ? t('report.audience.cleared') : t('sharing.people', { count: people })}
        </li>
      ))}
      {shared > 0 && <li>{t('report.audience.shared', { count: shared })}</li>}
    </ul>
  );
}
