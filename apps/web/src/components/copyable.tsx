import { useState, type ReactNode } from 'react';
import { CopyButton } from './copy-button.tsx';
import { shortId } from './short-id.ts';

/** An id with a copy button. The full id is in the tooltip, and is shown when the clipboard cannot be written. */
export function Copyable({ label, text }: { readonly label: string; readonly text: string }): ReactNode {
  const [whole, setWhole] = useState(false);
  return (
    <span className="inline-flex max-w-full items-center gap-2 rounded-control border border-line bg-surface py-1 pr-1 pl-3 text-sm">
      <span className="min-w-0 text-muted wrap-anywhere">{label}</span>
      <code className={`font-mono text-xs ${whole ? 'break-all' : 'whitespace-nowrap'}`} title={text}>
        {whole ? text : shortId(text)}
      </code>
      <CopyButton label={label} text={text} onDenied={() => setWhole(true)} />
    </span>
  );
}
