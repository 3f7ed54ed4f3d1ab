import type { ReactNode } from 'react';

/** The logo. `public/favicon.svg` has the same path. */
export function Logo({ size = 20 }: { readonly size?: number }): ReactNode {
  return (
    <svg
      viewBox="0 0 24 24"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth="2.25"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      className="shrink-0 text-brass-ink"
    >
      <path
        transform="rotate(-45 12 12)"
        d="M21.5 16 V12 H17.25 V15 V12 H10.75 A4.25 4.25 0 1 1 2.25 12 A4.25 4.25 0 1 1 10.75 12"
      />
    </svg>
  );
}

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
