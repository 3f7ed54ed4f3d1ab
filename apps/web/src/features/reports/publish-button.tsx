import { Send } from 'lucide-react';
import { lazy, useRef, type ReactNode } from 'react';
import { useGate } from '../../api/permissions.ts';
import { trpc, type Outputs } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { useFailureNotice } from '../../shared/failure.tsx';
import { GateButton } from '../../shared/gate-button.tsx';
import { RoleBadge } from '../../shared/role-badge.tsx';
import { Button } from '../../ui/button.tsx';
import { focusMainInsteadOf } from '../../ui/focus-main.ts';
import { LazyPopup, preloading, useLazyPopup } from '../../ui/lazy.tsx';
import { notify } from '../../ui/notice.tsx';

const loadDialog = () => import('../../ui/confirm-dialog.tsx');
const ConfirmDialog = lazy(loadDialog);

type Publishing = 'publish' | 'unpublish';

export function usePublishing(id: string): {
  readonly isPending: boolean;
  readonly change: (to: Publishing) => Promise<void>;
} {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const mutations = {
    publish: trpc.reports.publish.useMutation(),
    unpublish: trpc.reports.unpublish.useMutation(),
  };
  const change = async (to: Publishing): Promise<void> => {
    try {
      await mutations[to].mutateAsync({ id });
      const opposite = to === 'publish' ? 'unpublish' : 'publish';
      const undo = { label: t('undo'), run: () => void change(opposite) };
      notify({ tone: 'done', text: t(`report.page.${to}Done`), action: undo });
    } catch (error) {
      notifyFailure(t(`report.page.${to}Failed`), error);
    }
    await utils.reports.invalidate();
  };
  return { isPending: mutations.publish.isPending || mutations.unpublish.isPending, change };
}

export function PublishButton(props: {
  readonly report: { readonly id: string; readonly title: string };
}): ReactNode {
  const { id, title } = props.report;
  const { t } = useTranslation();
  const gate = useGate(trpc.reports.publish, { id });
  const button = useRef<HTMLButtonElement>(null);
  const { popup, open, setOpen } = useLazyPopup();
  const { isPending, change } = usePublishing(id);
  const publish = async (): Promise<void> => {
    setOpen(false);
    await change('publish');
    // The button disappears.
    focusMainInsteadOf(button.current);
  };
  const audience = trpc.reports.audience.useQuery({ id }, { enabled: open, staleTime: 0 });
  return (
    <GateButton gate={gate} label={t('report.page.publish')}>
      <Button
        ref={button}
        variant="primary"
        disabled={isPending}
        {...preloading(loadDialog)}
        onClick={() => setOpen(true)}
        icon={Send}
      >
        {t('report.page.publish')}
      </Button>
      <LazyPopup popup={popup}>
        {(shown) => (
          <ConfirmDialog
            variant="primary"
            {...shown}
            labels={{
              title: t('report.audience.title', { title }),
              why: t('report.audience.why'),
              confirm: t('report.page.publish'),
            }}
            onConfirm={() => void publish()}
            returnFocusTo={button}
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
        )}
      </LazyPopup>
    </GateButton>
  );
}

function Audience({ total, byRole, owners, shared }: Outputs['reports']['audience']): ReactNode {
  const { t } = useTranslation();
  const parts = byRole.reduce((sum, { people }) => sum + (people ?? 0), owners + shared);
  return (
    <>
      <p className="mb-2 font-medium">
        {total === null ? t('report.audience.many') : t('report.audience.total', { count: total })}
      </p>
      <ul className="flex flex-col gap-2">
        {byRole.map(({ role, people }) => (
          <li key={role} className="flex flex-wrap items-center gap-x-2 tabular-nums">
            <RoleBadge role={role} />
            {people === null ? t('report.audience.cleared') : t('sharing.people', { count: people })}
          </li>
        ))}
        {owners > 0 && <li>{t('report.audience.owners', { count: owners })}</li>}
        {shared > 0 && <li>{t('report.audience.shared', { count: shared })}</li>}
      </ul>
      {total !== null && parts > total && <p className="mt-2 text-muted">{t('report.audience.overlap')}</p>}
    </>
  );
}
