import { Send, Undo2 } from 'lucide-react';
import { lazy, useRef, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useGate } from '../../api/permissions.ts';
import { Button } from '../../ui/button.tsx';
import { LazyPopup, preload, useLazyPopup } from '../../ui/lazy.tsx';
import { notify } from '../../ui/notice.tsx';
import { useFailureNotice } from '../../shared/failure.tsx';
import { GateButton } from '../../shared/gate-button.tsx';

const loadDialog = () => import('./publish-dialog.tsx');
const PublishDialog = lazy(loadDialog);

/** Publishes a draft after naming its audience, or makes a published report a draft again. Each can be undone. */
export function PublishButton(props: {
  readonly report: {
    readonly id: string;
    readonly title: string;
    readonly status: 'draft' | 'published';
  };
}): ReactNode {
  const { id, status } = props.report;
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const gate = useGate(trpc.reports.publish, { id });
  const button = useRef<HTMLButtonElement>(null);
  const dialog = useLazyPopup();
  const publish = trpc.reports.publish.useMutation();
  const unpublish = trpc.reports.unpublish.useMutation();
  const change = async (to: 'publish' | 'unpublish'): Promise<void> => {
    try {
      await (to === 'publish' ? publish : unpublish).mutateAsync({ id });
      const opposite = to === 'publish' ? 'unpublish' : 'publish';
      const undo = { label: t('undo'), run: () => void change(opposite) };
      notify({ tone: 'done', text: t(`report.page.${to}Done`), action: undo });
    } catch (error) {
      notifyFailure(t(`report.page.${to}Failed`), error);
    }
    await utils.reports.invalidate();
  };
  const isDraft = status === 'draft';
  const label = t(`report.page.${isDraft ? 'publish' : 'unpublish'}`);
  return (
    <GateButton gate={gate} label={label} whenDenied={isDraft ? 'explain' : 'hide'}>
      <Button
        ref={button}
        variant={isDraft ? 'primary' : 'quiet'}
        disabled={publish.isPending || unpublish.isPending}
        onPointerEnter={() => isDraft && preload(loadDialog)}
        onClick={() => (isDraft ? dialog.setOpen(true) : void change('unpublish'))}
        icon={isDraft ? Send : Undo2}
      >
        {label}
      </Button>
      {dialog.mounted && (
        <LazyPopup open={dialog.open} onClose={() => dialog.setOpen(false)}>
          <PublishDialog
            report={props.report}
            open={dialog.open}
            onClose={() => dialog.setOpen(false)}
            onConfirm={() => {
              dialog.setOpen(false);
              void change('publish');
            }}
            returnFocusTo={button}
          />
        </LazyPopup>
      )}
    </GateButton>
  );
}
