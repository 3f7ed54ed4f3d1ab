import { type ReactNode, useId } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { Link, type LinkProps } from '@tanstack/react-router';

export function PageHeader(props: {
  readonly title: string;
  readonly purpose: ReactNode;
  readonly actions?: ReactNode;
  /** For several actions that load later, which would shift a long title beside them. */
  readonly actionsBelow?: boolean;
}): ReactNode {
  const { title, purpose, actions, actionsBelow = false } = props;
  return (
    <header
      className={`mb-6 flex flex-col gap-4 ${actionsBelow ? '' : 'md:flex-row md:items-start md:justify-between'}`}
    >
      <PageTitle title={title} />
      <div className="min-w-0">
        <h1 className="max-w-2xl text-xl font-semibold break-words">{title}</h1>
        <div className="mt-1 max-w-2xl text-muted">{purpose}</div>
      </div>
      {actions !== undefined && actions !== false && (
        <div
          data-below={actionsBelow || undefined}
          className="group/actions flex min-h-9 shrink-0 flex-wrap items-start gap-2 print:hidden"
        >
          {actions}
        </div>
      )}
    </header>
  );
}

/** The document title. React moves the element to `<head>`. */
export function PageTitle({ title }: { readonly title: string }): ReactNode {
  const { t } = useTranslation();
  return <title>{`${title} · ${t('brand')}`}</title>;
}

const line = 'mb-5 max-sm:mb-3 border-b border-line print:hidden';

/** Tabs that link to pages. Without `pages`, reserves their space. */
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

export function Section(props: {
  readonly title: string;
  readonly about?: ReactNode;
  readonly anchor?: string;
  readonly plain?: boolean;
  readonly children: ReactNode;
}): ReactNode {
  const { title, about, anchor, plain = false, children } = props;
  const id = useId();
  return (
    <section id={anchor} aria-labelledby={id}>
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

export const sectionRow = 'flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2';
