import { useNavigate } from '@tanstack/react-router';
import { Trash2 } from 'lucide-react';
import { lazy, useRef, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { useFailureNotice } from '../../shared/failure.tsx';
import { GateButton, type GateButtonProps } from '../../shared/gate-button.tsx';
import { LazyPopup, preload, useLazyPopup } from '../../ui/lazy.tsx';
import { notify } from '../../ui/notice.tsx';

const loadDialog = () => import('../../ui/confirm-dialog.tsx');
const ConfirmDialog = lazy(loadDialog);

/** Hidden for users who cannot delete it. */
export function RemoveCollection(props: {
  readonly collection: { readonly id: string; readonly title: string };
  readonly gate: GateButtonProps['gate'];
}): ReactNode {
  const { collection, gate } = props;
  const { id, title } = collection;
  const { t } = useTranslation();
  const navigate = useNavigate();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const button = useRef<HTMLButtonElement>(null);
  const dialog = useLazyPopup();
  const remove = trpc.collections.remove.useMutation({
    onSuccess: async () => {
      notify({ tone: 'done', text: t('collections.remove.done', { title }) });
      await navigate({ to: '/reports' });
      await utils.collections.invalidate();
    },
    onError: (error) => notifyFailure(t('collections.wrong.remove'), error),
  });
  return (
    <GateButton gate={gate} label={t('collections.remove.button')} whenDenied="hide">
      <Button
        ref={button}
        variant="quiet"
        onPointerEnter={() => preload(loadDialog)}
        onClick={() => dialog.setOpen(true)}
        icon={Trash2}
      >
        {t('collections.remove.button')}
      </Button>
      {dialog.mounted && (
        <LazyPopup open={dialog.open} onClose={() => dialog.setOpen(false)}>
          <ConfirmDialog
            open={dialog.open}
            labels={{
              title: t('collections.remove.title', { title }),
              why: t('collections.remove.what'),
              confirm: t('collections.remove.submit'),
            }}
            onClose={() => dialog.setOpen(false)}
            onConfirm={() => {
              dialog.setOpen(false);
              remove.mutate({ id });
            }}
            returnFocusTo={button}
          />
        </LazyPopup>
      )}
    </GateButton>
  );
}
