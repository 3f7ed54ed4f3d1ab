import { MailWarning, RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Callout } from '../pieces/callout.tsx';
import { failureWords } from './failure-words.ts';
import type { Delivery } from './sync-types.ts';

/** Above the life of a delivery that has failed and is not through yet: why, and what to do about it. */
export function DeliveryProblem({
  delivery: { status, outcome },
}: {
  readonly delivery: Delivery;
}): ReactNode {
  const { t } = useTranslation();
  const dead = status === 'failed';
  if (outcome?.kind !== 'error' || (!dead && status !== 'pending')) return null;
  const { why, todo } = failureWords(outcome.code, t);
  return (
    <Callout tone={dead ? 'denied' : 'unknown'} icon={dead ? MailWarning : RotateCw}>
      <p className="font-medium">{why}</p>
      <p className="text-ink">{todo}</p>
    </Callout>
  );
}
