import type { ReactNode } from 'react';
import { CopyButton } from './copy-button.tsx';

/** An id with a button that copies it. */
export function Copyable({ label, text }: { readonly label: string; readonly text: string }): ReactNode {
  return (
    <span className="inline-flex max-w-full items-center gap-2 rounded-control border border-line bg-surface py-1 pr-1 pl-3 text-sm">
      <span className="whitespace-nowrap text-muted">{label}</span>
      <code className="truncate font-mono text-xs">{text}</code>
      <CopyButton label={label} text={text} />
    </span>
  );
}
