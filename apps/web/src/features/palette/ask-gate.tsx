import type { GatedProcedure } from '@latchkey/permissions/react';
import { useEffect, useEffectEvent } from 'react';
import { useGate } from '../../permissions.ts';
import type { GateAnswer } from './use-commands.ts';

/** Asks for one gate: which ones there are is known from the routes, so no hook can be written for each. */
export function AskGate(props: {
  readonly gate: GatedProcedure;
  readonly onAnswer: (answer: GateAnswer) => void;
}): null {
  const { state } = useGate(props.gate);
  const onAnswer = useEffectEvent(props.onAnswer);
  useEffect(() => onAnswer(state), [state]);
  return null;
}
