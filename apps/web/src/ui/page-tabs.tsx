import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';

const line = 'mb-5 border-b border-line print:hidden';

/** Tabs that link to pages. Without pages, it reserves their space. */
export function PageTabs(props: {
  readonly label: string;
  readonly pages: readonly { readonly to: NonNullable<LinkProps['to']>; readonly name: string }[] | undefined;
}): ReactNode {
  const { label, pages } = props;
  if (pages === undefined) return <div className={`${line} h-10 box-content pointer-coarse:h-11`} />;
  return (
    <nav aria-label={label} className={line}>
      <ul className="flex gap-5">
        {pages.map(({ to, name }) => (
          <li key={to}>
            <Link
              to={to}
              activeOptions={{ exact: true, includeSearch: false }}
              className="-mb-px flex h-10 items-center border-b-2 border-transparent font-medium text-muted hover:text-ink aria-[current=page]:border-brass-line aria-[current=page]:text-ink pointer-coarse:h-11"
            >
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
