import type { Paint } from '../policy/paint.ts';
import type { LogtoStep } from './plan-logto.ts';

const marks = { created: '+', updated: '~', unchanged: '=' } as const;
const styles = { created: 'green', updated: 'yellow', unchanged: 'dim' } as const;

/** Renders one step: `+ webhook Latchkey directory sync`. */
export function renderLogtoStep({ about, name, change }: LogtoStep, paint: Paint): string {
  return paint(styles[change], `${marks[change]} ${about} ${name}`);
}

/** Renders every step, with its differences below it. */
export function renderLogtoPlan(steps: readonly LogtoStep[], paint: Paint): string[] {
  return steps.flatMap((step) => [
    renderLogtoStep(step, paint),
    ...step.differences.map((difference) => paint('dim', `    ${difference}`)),
  ]);
}
