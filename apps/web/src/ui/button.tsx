import type { LucideIcon } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';

export type ButtonVariant = 'primary' | 'secondary' | 'quiet' | 'danger' | 'out-of-reach';

const base =
  'inline-flex h-9 shrink-0 pointer-coarse:h-11 items-center justify-center gap-2 rounded-control px-3.5 font-medium whitespace-nowrap transition-colors select-none';

const variants: Readonly<Record<ButtonVariant, string>> = {
  primary:
    'bg-brass text-on-brass border border-brass-line hover:bg-brass-press active:bg-brass-press disabled:opacity-60',
  secondary: 'border border-line-strong bg-surface hover:bg-sunken active:bg-sunken disabled:opacity-60',
  quiet: 'text-muted hover:bg-sunken hover:text-ink active:bg-sunken disabled:opacity-60',
  danger: 'bg-denied-fill text-on-denied hover:opacity-90 disabled:opacity-50',
  'out-of-reach': 'cursor-not-allowed border border-dashed border-line-strong text-muted',
};

export function buttonClass(variant: ButtonVariant): string {
  return `${base} ${variants[variant]}`;
}

export function Button({
  variant = 'secondary',
  icon: Icon,
  className = '',
  children,
  ...button
}: ComponentProps<'button'> & {
  readonly variant?: ButtonVariant;
  readonly icon?: LucideIcon | undefined;
}): ReactNode {
  return (
    <button type="button" {...button} className={`${buttonClass(variant)} ${className}`}>
      {Icon !== undefined && <Icon aria-hidden="true" className="size-4" />}
      {children}
    </button>
  );
}

/** The class of a link or `<summary>` inside a text. Its target is taller on touch screens. */
export const textAction = 'cursor-pointer text-sm underline underline-offset-4 pointer-coarse:py-3.5';
