import { RotateCcw } from 'lucide-react';
import { useEffect, type ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import { useGate } from '../../api/permissions.ts';
import { Button, type ButtonVariant } from '../../ui/button.tsx';
import { GateButton } from '../../shared/gate-button.tsx';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { focusMainInsteadOf } from '../../ui/focus-main.ts';
import { notify } from '../../ui/notice.tsx';
import { useFailureNotice } from '../../shared/failure.tsx';

/** Replaying an applied delivery is safe, because sync fetches Logto's current state. */
export function ReplayButton(props: {
  readonly id: string;
  readonly label: string;
  readonly variant?: ButtonVariant;
}): ReactNode {
  const { id, label, variant = 'secondary' } = props;
  const gate = useGate(trpc.sync.replay, undefined);
  const replay = useReplay();
  return (
    <GateButton gate={gate} label={label}>
      <Button
        variant={variant}
        disabled={replay.isPending}
        onClick={() => replay.mutate({ ids: [id] })}
        icon={RotateCcw}
      >
        {label}
      </Button>
    </GateButton>
  );
}

export function useReplay(): Pick<ReturnType<typeof trpc.sync.replay.useMutation>, 'isPending' | 'mutate'> {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  // The focused button disappears when nothing is left to retry.
  useEffect(() => () => focusMainInsteadOf(null), []);
  return trpc.sync.replay.useMutation({
    onSuccess: async ({ replayed }) => {
      // Refetches before showing the notice, because until then the page shows "Given up".
      await utils.sync.invalidate();
      notify({ tone: 'done', text: t('sync.replayed', { count: replayed }) });
    },
    onError: (error) => notifyFailure(t('sync.replayFailed'), error),
  });
}
