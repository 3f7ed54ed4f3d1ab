import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

const tones = {
  denied: { ground: 'bg-denied-wash', ink: 'text-denied' },
  unknown: { ground: 'bg-unknown-wash', ink: 'text-unknown' },
  info: { ground: 'bg-info-wash', ink: 'text-info' },
} as const;

export function Callout(props: {
  readonly tone: keyof typeof tones;
  readonly icon: LucideIcon;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}): ReactNode {
  const { tone, icon: Icon, title, children, action } = props;
  const { ground, ink } = tones[tone];
  return (
    <div
      className={`mb-4 flex flex-col gap-3 rounded-card px-4 py-3 sm:flex-row sm:items-center sm:justify-between ${ground}`}
    >
      <div className="flex min-w-0 gap-3">
        <Icon aria-hidden="true" className={`mt-0.5 size-4 shrink-0 ${ink}`} />
        <div className="min-w-0">
          <p className={`font-medium ${ink}`}>{title}</p>
          {children}
        </div>
      </div>
      {action}
    </div>
  );
}
