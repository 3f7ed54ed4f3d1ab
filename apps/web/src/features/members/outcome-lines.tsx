import { CircleCheck, CircleX } from 'lucide-react';
import type { ReactNode } from 'react';

/** What was done for a person. */
export function Done({ text }: { readonly text: string }): ReactNode {
  return (
    <p className="mt-0.5 flex gap-1.5 text-sm text-allowed">
      <CircleCheck aria-hidden="true" className="mt-0.5 size-3.5 shrink-0" />
      {text}
    </p>
  );
}

/** What was not done for a person, and why. */
export function NotDone({ text }: { readonly text: string }): ReactNode {
  return (
    <p className="mt-0.5 flex gap-1.5 text-sm text-denied">
      <CircleX aria-hidden="true" className="mt-0.5 size-3.5 shrink-0" />
      {text}
    </p>
  );
}

export function nameOf({
  name = null,
  email = null,
  subject,
}: {
  readonly subject: string;
  readonly name?: string | null;
  readonly email?: string | null;
}): string {
  return name ?? email ?? subject;
}
