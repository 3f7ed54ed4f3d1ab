import { useId, type ReactNode } from 'react';

/** A section of the page: its heading, which the table of contents links to, and a card. */
export function PersonSection(props: {
  /** The fragment of its URL. */
  readonly anchor: string;
  readonly title: string;
  readonly children: ReactNode;
  /** Without a frame, for content that has its own. */
  readonly plain?: boolean;
}): ReactNode {
  const { anchor, title, children, plain = false } = props;
  const id = useId();
  return (
    <section id={anchor} aria-labelledby={id} className="scroll-mt-20">
      <h2 id={id} className="text-md font-semibold">
        {title}
      </h2>
      <div
        className={plain ? 'mt-2' : 'mt-2 divide-y divide-line rounded-card border border-line bg-surface'}
      >
        {children}
      </div>
    </section>
  );
}

/** One line of a section. */
export const personRow = 'flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2';
