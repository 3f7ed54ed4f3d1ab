import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useProblem, type LoadingQuery } from '../../api/use-problem.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { textAction } from '../../ui/button.tsx';

export function FigureGroup(props: {
  readonly title: string;
  readonly columns: string;
  readonly children: ReactNode;
}): ReactNode {
  const { title, columns, children } = props;
  return (
    <section aria-label={title} className="flex flex-col">
      <h2 className="mb-1.5 text-sm font-medium text-muted">{title}</h2>
      <ul
        className={`grid grow ${columns} gap-px overflow-hidden rounded-card border border-line bg-line [&>:last-child:nth-child(odd)]:max-md:col-span-2`}
      >
        {children}
      </ul>
    </section>
  );
}

interface Read {
  /** `null` if it is not known. */
  readonly value: string | null;
  readonly note?: ReactNode;
}

/** A number with its label, which is the link to what it counts. */
export function Figure<Data>(props: {
  readonly label: string;
  readonly query: LoadingQuery<Data>;
  readonly read: (data: Data) => Read;
  readonly link: LinkProps;
}): ReactNode {
  const { label, query, read, link } = props;
  const { t } = useTranslation();
  const problem = useProblem(query);
  const known = query.data === undefined ? undefined : read(query.data);
  return (
    <li
      aria-busy={known === undefined && problem === null}
      className="relative flex min-h-24 flex-col bg-surface px-3 py-2.5 hover:bg-sunken"
    >
      <Link
        {...link}
        className="flex flex-col-reverse text-sm leading-snug text-muted after:absolute after:inset-0"
      >
        {label}
        <span className="block text-lg font-semibold text-ink tabular-nums">
          {known !== undefined ? (
            (known.value ?? <span className="text-md text-muted">{t('home.figures.unknown')}</span>)
          ) : problem === null ? (
            <span className="skeleton mt-1 block h-5 w-10" />
          ) : (
            <span className="text-md text-unknown">{t('home.figures.failed')}</span>
          )}
        </span>
      </Link>
      <span className="mt-auto pt-1 text-xs text-muted tabular-nums">
        {known?.note}
        {problem !== null && (
          <button type="button" onClick={problem.retry} className={`${textAction} relative text-ink`}>
            {t('error.retry')}
          </button>
        )}
      </span>
    </li>
  );
}
