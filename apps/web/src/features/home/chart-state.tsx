import type { ReactNode } from 'react';
import type { LoadProblem } from '../../api/use-problem.ts';
import { Card } from './card.tsx';

/** The loading or the error state of a chart. */
export function ChartState(props: {
  readonly title: string;
  readonly problem: LoadProblem | null;
}): ReactNode {
  return (
    <Card title={props.title} problem={props.problem}>
      <span aria-busy="true" className="skeleton block h-64 rounded-card" />
    </Card>
  );
}
