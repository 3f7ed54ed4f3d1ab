import { Menu } from '@base-ui/react/menu';
import { Link, useNavigate } from '@tanstack/react-router';
import { GitCompareArrows, LockKeyhole, LockKeyholeOpen, Pencil, Trash2, Undo2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { useFailureNotice } from '../../shared/failure.tsx';
import type { Rename } from '../../shared/title-form.tsx';
import type { MenuProps } from '../../ui/menu-button.ts';
import { notify } from '../../ui/notice.tsx';
import { menuItem } from '../../ui/popup-style.ts';
import { ActionsMenu, MenuAction } from './actions-menu.tsx';
import { useRestore } from './deleted-reports.tsx';
import { usePublishing } from './publish-button.tsx';
import { useClassify } from './classify-dialog.tsx';

type ReportAction = 'rename' | 'classify' | 'publish' | 'remove';

export interface ReportMenuProps {
  readonly report: {
    readonly id: string;
    readonly title: string;
    readonly status: 'draft' | 'published';
    readonly classification: 'normal' | 'confidential';
  };
  readonly gates: Readonly<Record<ReportAction, { readonly state: string }>>;
  /** Asks before the report becomes confidential. */
  readonly onConfidential: () => void;
  /** Its `button` opens this menu. */
  readonly rename: Rename;
}

export default function ReportMenu(props: ReportMenuProps & MenuProps): ReactNode {
  const { report, gates, onConfidential, rename, ...menu } = props;
  const { id, status, classification } = report;
  const { t } = useTranslation();
  const publishing = usePublishing(id);
  const classify = useClassify(id);
  const remove = useRemove(report);
  const isAllowed = (action: ReportAction): boolean => gates[action].state === 'allowed';
  const other = classification === 'normal' ? 'confidential' : 'normal';
  return (
    <ActionsMenu {...menu}>
      {isAllowed('rename') && !rename.isOpen && (
        <MenuAction icon={Pencil} label={t('reports.rename.open')} onClick={rename.toggle} />
      )}
      {isAllowed('classify') && (
        <MenuAction
          icon={classification === 'normal' ? LockKeyhole : LockKeyholeOpen}
          label={t(`report.classify.${other}`)}
          isPending={classify.isPending}
          onClick={() => (other === 'confidential' ? onConfidential() : classify.change(other))}
        />
      )}
      {isAllowed('publish') && status === 'published' && (
        <MenuAction
          icon={Undo2}
          label={t('report.page.unpublish')}
          isPending={publishing.isPending}
          onClick={() => void publishing.change('unpublish')}
        />
      )}
      <Menu.Item className={menuItem} render={<Link to="/reports/compare" search={{ after: id }} />}>
        <GitCompareArrows aria-hidden="true" className="size-4 text-muted" />
        {t('report.compare.open')}
      </Menu.Item>
      {isAllowed('remove') && (
        <>
          <Menu.Separator className="my-1 h-px bg-line forced-colors:bg-[CanvasText]" />
          <MenuAction
            icon={Trash2}
            label={t('report.page.remove')}

            isPending={remove.isPending}
            onClick={() => remove.mutate({ id })}
            className="text-denied"
          />
        </>
      )}
    </ActionsMenu>
  );
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
