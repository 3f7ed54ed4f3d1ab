import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { StatePanel } from './state-panel.tsx';

/** Replaces an empty list: a sentence on how to fill it, and at most one action. */
export function EmptyState(props: {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly how: string;
  readonly action?: ReactNode;
}): ReactNode {
  const { icon, title, how, action } = props;
  return (
    <div className="rounded-card border border-dashed border-line">
      <StatePanel icon={icon} title={title} actions={action}>
        <p>{how}</p>
      </StatePanel>
    </div>
  );
}
