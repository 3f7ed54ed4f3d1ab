import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

const frame =
  'flex min-h-11 max-w-full min-w-0 items-center gap-2.5 rounded-control border px-3 py-1.5 text-left';

export const chipTone = {
  plain: `${frame} border-line bg-surface`,
  /** Whether it can be opened. */
  open: `${frame} border-line-strong bg-surface hover:bg-sunken`,
  allowed: `${frame} border-allowed bg-allowed-wash`,
  missing: `${frame} border-dashed border-line-strong bg-paper text-muted`,
} as const;

/** The content of a chain's node: its kind in small text, above its name. */
export function ChipContent(props: {
  readonly icon: LucideIcon;
  readonly caption: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  const { icon: Icon, caption, children } = props;
  return (
    <>
      <Icon aria-hidden="true" className="size-4 shrink-0 text-muted" />
      <span className="min-w-0">
        <span className="block text-xs text-muted">{caption}</span>
        <span className="block font-medium wrap-anywhere">{children}</span>
      </span>
    </>
  );
}
