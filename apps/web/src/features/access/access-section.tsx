import { useId, type ReactNode } from 'react';

/** A section of the page: its heading, a sentence, and a card. */
export function AccessSection(props: {
  readonly title: string;
  readonly about?: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  const { title, about, children } = props;
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className="text-md font-semibold">
        {title}
      </h2>
      {about !== undefined && <p className="text-muted">{about}</p>}
      <div className="mt-2 divide-y divide-line rounded-card border border-line bg-surface">{children}</div>
    </section>
  );
}
