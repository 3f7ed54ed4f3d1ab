import { CircleCheck, CircleX, Link2 } from 'lucide-react';
import type { ReactNode } from 'react';

const looks = {
  done: { icon: CircleCheck, ink: 'text-allowed' },
  failed: { icon: CircleX, ink: 'text-denied' },
  link: { icon: Link2, ink: 'text-unknown' },
} as const;

/** What was done for one of several people, or why it was not. `link`: a link must be passed on. */
export function OutcomeLine(props: { readonly look: keyof typeof looks; readonly text: string }): ReactNode {
  const { icon: Icon, ink } = looks[props.look];
  return (
    <p className={`mt-0.5 flex gap-1.5 text-sm ${ink}`}>
      <Icon aria-hidden="true" className="mt-0.5 size-3.5 shrink-0" />
      {props.text}
    </p>
  );
}
