import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

const tones = {
  denied: 'bg-denied-wash text-denied',
  unknown: 'bg-unknown-wash text-unknown',
  info: 'bg-info-wash text-info',
} as const;

/** Something that the whole page should know, above what it is about; the action mends it. */
export function Callout(props: {
  readonly tone: keyof typeof tones;
  readonly icon: LucideIcon;
  readonly children: ReactNode;
  readonly action?: ReactNode;
}): ReactNode {
  const { tone, icon: Icon, children, action } = props;
  return (
    <div
      className={`mb-4 flex flex-col gap-3 rounded-card px-4 py-3 sm:flex-row sm:items-center sm:justify-between ${tones[tone]}`}
    >
      <div className="flex min-w-0 gap-3">
        <Icon aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
        <div className="min-w-0">{children}</div>
      </div>
      {action}
    </div>
  );
}
