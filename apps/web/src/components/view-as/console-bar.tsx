import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

/** A bar on every page that names the user whose console is shown. `styles.css` reserves its space. */
export function ConsoleBar(props: {
  readonly label: string;
  readonly icon: LucideIcon;
  /** The text. */
  readonly children: ReactNode;
  /** The content after the text. */
  readonly end?: ReactNode;
}): ReactNode {
  const { label, icon: Icon, children, end } = props;
  return (
    <section
      id="view-as"
      aria-label={label}
      className="sticky top-0 z-20 flex h-(--bar) items-center gap-3 bg-info px-4 text-paper md:px-8 print:static forced-colors:border-b-4 forced-colors:border-[Highlight]"
    >
      <Icon aria-hidden="true" className="size-4 shrink-0" />
      <p className="line-clamp-2 min-w-0 flex-1 leading-snug wrap-anywhere max-md:text-sm">{children}</p>
      {end}
    </section>
  );
}
