import { RotateCcw } from 'lucide-react';
import { useId, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { apiErrorOf } from '../../api/api-error.ts';
import type { LoadProblem } from '../../api/use-problem.ts';
import { textAction } from '../../ui/button.tsx';

/** A section of the page that loads, fails and retries independently of the others. */
export function Card(props: {
  readonly title: string;
  readonly problem: LoadProblem | null;
  readonly action?: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  const { title, problem, action, children } = props;
  const { t } = useTranslation();
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <div className="mb-2 flex flex-wrap items-baseline justify-between gap-x-4">
        <h2 id={id} className="text-md font-semibold">
          {title}
        </h2>
        {action}
      </div>
      {problem === null ? (
        children
      ) : (
        <p role="alert" className="rounded-card border border-line bg-surface px-4 py-3 text-muted">
          {t(apiErrorOf(problem.error).kind === 'undecided' ? 'home.partUnchecked' : 'home.partFailed')}{' '}
          <button type="button" onClick={problem.retry} className={`${textAction} text-ink`}>
            <RotateCcw aria-hidden="true" className="mr-1 inline size-3.5" />
            {t('error.retry')}
          </button>
        </p>
      )}
    </section>
  );
}

export function CardSkeleton({ rows = 3 }: { readonly rows?: number }): ReactNode {
  return (
    <div aria-busy="true" className="divide-y divide-line rounded-card border border-line bg-surface">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="flex h-[4.25rem] flex-col justify-center px-4">
          <span className="skeleton block h-4 w-3/5" />
          <span className="skeleton mt-2 block h-3 w-20" />
        </div>
      ))}
    </div>
  );
}

/** The loading state of a card that may be empty. */
export function HiddenUntilLoaded(): ReactNode {
  return <span hidden aria-busy="true" />;
}
