import { MailWarning, RotateCcw } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useGate } from '../../permissions.ts';
import { Button } from '../../components/button.tsx';
import { Callout } from '../../components/callout.tsx';
import { GateButton } from '../../components/gate-button.tsx';
import { failureText } from './failure-text.tsx';
import type { DeliverySummary } from './sync-status.ts';
import { useReplay } from './replay-button.tsx';

/** Above the dead letters: their number, why the visible ones failed, what to do, and a button that replays all of them. */
export function DeadLetters(props: {
  readonly count: number;
  readonly shown: readonly DeliverySummary[];
}): ReactNode {
  const { count, shown } = props;
  const { t } = useTranslation();
  const gate = useGate(trpc.sync.replay);
  const replay = useReplay();
  const codes = new Set(shown.flatMap(({ outcome }) => (outcome?.kind === 'error' ? [outcome.code] : [])));
  const label = t('sync.replayAll', { count });
  return (
    <Callout
      tone="denied"
      icon={MailWarning}
      title={t('sync.deadBand', { count })}
      action={
        <GateButton gate={gate} label={label}>
          <Button disabled={replay.isPending} onClick={() => replay.mutate({ dead: true })}>
            <RotateCcw aria-hidden="true" className="size-4" />
            {label}
          </Button>
        </GateButton>
      }
    >
      <ul className="mt-1 flex flex-col gap-1">
        {[...codes].map((code) => {
          const { why, todo } = failureText(code, t);
          return (
            <li key={code}>
              <span className="font-medium">{why}.</span> {todo}
            </li>
          );
        })}
      </ul>
    </Callout>
  );
}
