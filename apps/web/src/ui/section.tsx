import { useId, type ReactNode } from 'react';

/** A section of a page: its heading, a text, and a card. */
export function Section(props: {
  readonly title: string;
  readonly about?: ReactNode;
  /** The fragment of its URL, for a table of contents. */
  readonly anchor?: string;
  /** Without a frame, for content that has its own. */
  readonly plain?: boolean;
  readonly children: ReactNode;
}): ReactNode {
  const { title, about, anchor, plain = false, children } = props;
  const id = useId();
  return (
    <section id={anchor} aria-labelledby={id} className="scroll-mt-20">
      <h2 id={id} className="text-md font-semibold">
        {title}
      </h2>
      {about !== undefined && <p className="text-muted">{about}</p>}
      <div
        className={plain ? 'mt-2' : 'mt-2 divide-y divide-line rounded-card border border-line bg-surface'}
      >
        {children}
      </div>
    </section>
  );
}

/** The class of a line in a section. */
export const sectionRow = 'flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2';
