import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { keepPreviousData } from '@tanstack/react-query';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { Button } from '../../ui/button.tsx';
import { copyText } from '../../ui/copyable.tsx';
import { notify } from '../../ui/notice.tsx';
import { PermissionName } from '../../shared/role-badge.tsx';
import { linesOf, type DraftChange } from './grant-draft.ts';
import { nameOf } from '../../shared/person.tsx';

export function DraftPanel(props: {
  readonly changes: readonly DraftChange[];
  readonly onDiscard: () => void;
}): ReactNode {
  const { changes, onDiscard } = props;
  const { t } = useTranslation();
  return (
    <aside
      id="draft"
      aria-labelledby="draft-title"
      className="mt-6 rounded-card border border-brass-line bg-surface xl:sticky xl:top-[calc(5rem+var(--bar))] xl:mt-0 xl:max-h-[calc(100dvh-6rem-var(--bar))] xl:overflow-y-auto"
    >
      <div className="flex min-h-12 items-center justify-between gap-3 border-b border-line py-1.5 pr-2 pl-4">
        <h2 id="draft-title" className="text-md font-semibold">
          {t('policy.draft.title')}
        </h2>
        {changes.length > 0 && (
          <Button variant="quiet" onClick={onDiscard}>
            {t('policy.draft.discard')}
          </Button>
        )}
      </div>
      {changes.length === 0 ? (
        <p className="px-4 py-3 text-muted">{t('policy.draft.empty')}</p>
      ) : (
        <>
          <Impact changes={changes} />
          <Lines changes={changes} />
        </>
      )}
    </aside>
  );
}

function Impact({ changes }: { readonly changes: readonly DraftChange[] }): ReactNode {
  const { t } = useTranslation();
  const query = trpc.policy.impact.useQuery({ changes: [...changes] }, { placeholderData: keepPreviousData });
  const problem = useProblem(query);
  if (problem !== null)
    return (
      <p role="alert" className="flex flex-wrap items-center justify-between gap-2 px-4 py-3">
        {t('policy.draft.failed')}
        <Button onClick={problem.retry}>{t('error.retry')}</Button>
      </p>
    );
  const impacts = query.data;
  if (impacts === undefined)
    return (
      <div aria-busy="true" className="px-4 py-3">
        <span className="skeleton block h-4 w-40" />
        <span className="skeleton mt-2 block h-4 w-56" />
      </div>
    );
  return (
    <div
      aria-live="polite"
      aria-busy={query.isPlaceholderData}
      className={query.isPlaceholderData ? 'opacity-60' : ''}
    >
      {impacts.length === 0 ? (
        <p className="px-4 py-3 text-muted">{t('policy.draft.noEffect')}</p>
      ) : (
        <ul className="divide-y divide-line">
          {impacts.map(({ permission, gains, loses, left }) => (
            <li key={permission} className="px-4 py-3">
              <PermissionName permission={permission} />
              <Affected kind="gains" people={gains} />
              <Affected kind="loses" people={loses} />
              {left === 0 && (
                <p className="mt-1 flex items-start gap-1.5 text-denied">
                  <TriangleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
                  {t('policy.draft.nobodyLeft')}
                </p>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

interface People {
  readonly members: number;
  readonly first: readonly {
    readonly key: string;
    readonly name: string | null;
    readonly email: string | null;
  }[];
}

function Affected({
  kind,
  people,
}: {
  readonly kind: 'gains' | 'loses';
  readonly people: People;
}): ReactNode {
  const { members, first } = people;
  const { t, i18n } = useTranslation();
  if (members === 0) return null;
  const more = members - first.length;
  return (
    <p className="mt-1 wrap-anywhere">
      <span className={`font-medium ${kind === 'gains' ? 'text-allowed' : 'text-denied'}`}>
        {t(`policy.draft.${kind}`, { count: members })}
      </span>{' '}
      {i18n.list(first.map(nameOf), more > 0 ? t('policy.draft.more', { count: more }) : undefined)}
    </p>
  );
}

function Lines({ changes }: { readonly changes: readonly DraftChange[] }): ReactNode {
  const { t } = useTranslation();
  const lines = linesOf(changes);
  const copy = async (): Promise<void> =>
    notify(
      (await copyText(lines))
        ? { tone: 'done', text: t('copy.copied') }
        : { tone: 'failed', text: t('policy.lines.copyFailed') },
    );
  return (
    <section aria-labelledby="lines-title" className="border-t border-line px-4 py-3">
      <h3 id="lines-title" className="font-medium">
        {t('policy.lines.title')}
      </h3>
      <p className="mt-1 text-sm text-muted">{t('policy.lines.where')}</p>
      <pre
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- focusable, so that it can be scrolled by keyboard
        tabIndex={0}
        className="mt-2 max-h-64 overflow-auto rounded-control border border-line bg-sunken p-3 font-mono text-xs"
      >
        <code>{lines}</code>
      </pre>
      <Button className="mt-2" onClick={() => void copy()}>
        {t('policy.lines.copy')}
      </Button>
      <p className="mt-3 text-sm text-muted">
        {t('policy.lines.afterwards')}{' '}
        <code className="font-mono text-xs whitespace-nowrap">pnpm latchkey policy apply</code>
      </p>
    </section>
  );
}
