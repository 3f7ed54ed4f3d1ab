import { Check, Minus, Plus, X, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Grant } from './columns.ts';

type Look = Exclude<Grant, 'no-such-role'> | 'added' | 'taken';

const marks: Readonly<Record<Look, readonly [LucideIcon, string]>> = {
  own: [Check, 'text-allowed'],
  inherited: [Check, 'text-allowed opacity-55'],
  none: [Minus, 'text-line-strong opacity-50'],
  added: [Plus, 'rounded-full bg-allowed text-surface forced-color-adjust-none'],
  taken: [X, 'rounded-full bg-denied-fill text-on-denied forced-color-adjust-none'],
};

/** The label is for screen readers; without one, the surrounding element must have one. */
export function GrantMark({ look, label }: { readonly look: Look; readonly label?: string }): ReactNode {
  const [Icon, tone] = marks[look];
  return (
    <span title={look === 'inherited' ? label : undefined} className="inline-flex align-middle">
      <Icon aria-hidden="true" strokeWidth={2.5} className={`size-4 p-px ${tone}`} />
      {label !== undefined && <span className="sr-only">{label}</span>}
    </span>
  );
}
