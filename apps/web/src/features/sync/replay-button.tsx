import { RotateCcw } from 'lucide-react';
import type { ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import { useGate } from '../../permissions.ts';
import { Button, type ButtonVariant } from '../../components/button.tsx';
import { GateButton } from '../../components/gate-button.tsx';
import { useReplay } from './use-replay.ts';

/**
 * Replays one delivery immediately. Safe for an applied one, because it fetches Logto's current state.
 */
export function ReplayButton(props: {
  readonly id: string;
  readonly label: string;
  readonly variant?: ButtonVariant;
}): ReactNode {
  const { id, label, variant = 'secondary' } = props;
  const gate = useGate(trpc.sync.replay);
  const replay = useReplay();
  return (
    <GateButton gate={gate} label={label}>
      <Button variant={variant} disabled={replay.isPending} onClick={() => replay.mutate({ ids: [id] })}>
        <RotateCcw aria-hidden="true" className="size-4" />
        {label}
      </Button>
    </GateButton>
  );
}
