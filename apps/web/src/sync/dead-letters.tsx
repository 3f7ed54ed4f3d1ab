import { MailWarning, RotateCcw } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api/trpc.ts';
import { useGate } from '../permissions.ts';
import { Button } from '../pieces/button.tsx';
import { Callout } from '../pieces/callout.tsx';
import { GateButton } from '../pieces/gate-button.tsx';
import { useReplay } from './use-replay.ts';

/** Above the dead letters: how many there are, and trying them all again. */
export function DeadLetters({ count }: { readonly count: number }): ReactNode {
  const { t } = useTranslation();
  const gate = useGate(trpc.sync.replay);
  const replay = useReplay();
  const label = t('sync.replayAll', { count });
  return (
    <Callout
      tone="denied"
      icon={MailWarning}
      action={
        <GateButton gate={gate} label={label}>
          <Button
            className="text-ink"
            disabled={replay.isPending}
            onClick={() => replay.mutate({ dead: true })}
          >
            <RotateCcw aria-hidden="true" className="size-4" />
            {label}
          </Button>
        </GateButton>
      }
    >
      <p>{t('sync.deadBand', { count })}</p>
    </Callout>
  );
}
