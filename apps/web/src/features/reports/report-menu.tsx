import { Menu } from '@base-ui/react/menu';
import { Link, useNavigate } from '@tanstack/react-router';
import {
  GitCompareArrows,
  LockKeyhole,
  LockKeyholeOpen,
  Pencil,
  Trash2,
  Undo2,
  type LucideIcon,
} from 'lucide-react';
import { useId, type ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import { isViewing } from '../../auth/view-as.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { useFailureNotice } from '../../shared/failure.tsx';
import type { Rename } from '../../shared/title-form.tsx';
import { notify } from '../../ui/notice.tsx';
import type { MenuProps } from '../../ui/menu-button.ts';
import { PopupMenu } from '../../ui/popup-menu.tsx';
import { menuItem } from '../../ui/popup-style.ts';
import { useRestore } from './deleted-reports.tsx';
import { usePublishing } from './publish-button.tsx';

export interface ReportMenuProps {
  readonly report: {
    readonly id: string;
    readonly title: string;
    readonly status: 'draft' | 'published';
    readonly classification: 'normal' | 'confidential';
  };
  readonly allowed: Readonly<Record<'rename' | 'classify' | 'unpublish' | 'remove', boolean>>;
  /** Its `button` opens this menu. */
  readonly rename: Rename;
  readonly menu: MenuProps;
}

export default function ReportMenu(props: ReportMenuProps): ReactNode {
  const { report, allowed, rename, menu } = props;
  const { id, classification } = report;
  const { t } = useTranslation();
  const publishing = usePublishing(id);
  const classify = useClassify();
  const remove = useRemove(report);
  const reason = useId();
  const other = classification === 'normal' ? 'confidential' : 'normal';
  return (
    <PopupMenu {...menu} label={t('report.page.more')} align="start" width="w-64">
      {isViewing() && (
        <p id={reason} className="px-2.5 pt-1.5 pb-1 text-sm text-muted">
          {t('error.code.VIEW_AS_READ_ONLY')}
        </p>
      )}
      {allowed.rename && !rename.isOpen && (
        <Item icon={Pencil} label={t('reports.rename.open')} reason={reason} onClick={rename.toggle} />
      )}
      {allowed.classify && (
        <Item
          icon={classification === 'normal' ? LockKeyhole : LockKeyholeOpen}
          label={t(`report.classify.${other}`)}
          reason={reason}
          isPending={classify.isPending}
          onClick={() => classify.mutate({ id, classification: other })}
        />
      )}
      {allowed.unpublish && (
        <Item
          icon={Undo2}
          label={t('report.page.unpublish')}
          reason={reason}
          isPending={publishing.isPending}
          onClick={() => void publishing.change('unpublish')}
        />
      )}
      <Menu.Item className={menuItem} render={<Link to="/reports/compare" search={{ after: id }} />}>
        <GitCompareArrows aria-hidden="true" className="size-4 text-muted" />
        {t('report.compare.open')}
      </Menu.Item>
      {allowed.remove && (
        <>
          <Menu.Separator className="my-1 h-px bg-line forced-colors:bg-[CanvasText]" />
          <Item
            icon={Trash2}
            label={t('report.page.remove')}
            reason={reason}
            isPending={remove.isPending}
            onClick={() => remove.mutate({ id })}
            className="text-denied"
          />
        </>
      )}
    </PopupMenu>
  );
}

function Item(props: {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly reason: string;
  readonly isPending?: boolean;
  readonly onClick: () => void;
  readonly className?: string;
}): ReactNode {
  const { icon: Icon, label, reason, isPending = false, onClick, className = '' } = props;
  return (
    <Menu.Item
      disabled={isPending || isViewing()}
      aria-describedby={isViewing() ? reason : undefined}
      onClick={onClick}
      className={`${menuItem} data-disabled:opacity-60 ${className}`}
    >
      <Icon aria-hidden="true" className={`size-4 ${className === '' ? 'text-muted' : ''}`} />
      {label}
    </Menu.Item>
  );
}

/** Denied to users without clearance, who could not read the report afterwards. */
function useClassify() {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  return trpc.reports.classify.useMutation({
    onSuccess: async (_, { classification }) => {
      notify({ tone: 'done', text: t(`report.classify.done.${classification}`) });
      await Promise.all([utils.reports.invalidate(), utils.collections.invalidate()]);
    },
    onError: (error) => notifyFailure(t('report.classify.failed'), error),
  });
}

/** Without a confirmation, because the deletion can be undone. */
function useRemove({ id, title }: ReportMenuProps['report']) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const restore = useRestore();
  return trpc.reports.remove.useMutation({
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
}
