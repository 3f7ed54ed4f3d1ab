import type { ReactNode } from 'react';
import { Logo } from './logo.tsx';

/** A page that waits for an external system: the animated logo and a text. */
export function Waiting({ text }: { readonly text: string }): ReactNode {
  return (
    <div
      aria-live="polite"
      className="flex animate-[appear_200ms_200ms_both] flex-col items-center gap-4 p-8 text-muted"
    >
      <span className="animate-[breathe_1.6s_ease-in-out_infinite]">
        <Logo size={32} />
      </span>
      <h1>{text}</h1>
    </div>
  );
}
