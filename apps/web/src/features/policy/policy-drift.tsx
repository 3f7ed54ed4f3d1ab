import { CircleCheck, CloudAlert, GitCompareArrows } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { useGate } from '../../api/permissions.ts';
import { isPermission } from '../../policy.ts';

/** The maximum number of differences to show; the CLI shows all of them. */
const maxShown = 8;

export function PolicyDrift(): ReactNode {
  const { t } = useTranslation();
  const gate = useGate(trpc.policy.drift);
  if (gate.state === 'allowed') return <Comparison />;
  if (gate.state === 'unknown') return <span className="skeleton mb-4 block h-6 w-72" />;
  return <p className="mb-4 min-h-6 text-sm text-muted">{t('policy.drift.forOperators')}</p>;
}

function Comparison(): ReactNode {
  const { t } = useTranslation();
  const query = trpc.policy.drift.useQuery();
  const problem = useProblem(query);
  if (problem !== null)
    return (
      <Callout
        tone="unknown"
        icon={CloudAlert}
        title={t('policy.drift.failed')}
        action={<Button onClick={problem.retry}>{t('policy.drift.again')}</Button>}
      >
        <p>{t('policy.drift.failedHow')}</p>
      </Callout>
    );
  if (query.data === undefined) return <span className="skeleton mb-4 block h-6 w-72" />;
  const { differences, comparedAt } = query.data;
  if (differences.length === 0)
    return (
      <p className="mb-4 flex min-h-6 items-start gap-2 text-sm">
        <CircleCheck aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-allowed" />
        <span>
          {t('policy.drift.none')}{' '}
          <span className="text-muted">
            {t('policy.drift.compared')} <RelativeTime at={comparedAt} />
          </span>
        </span>
      </p>
    );
  return (
    <Callout
      tone="unknown"
      icon={GitCompareArrows}
      title={t('policy.drift.title', { count: differences.length })}
      action={
        <Button disabled={query.isFetching} onClick={() => void query.refetch()}>
          {t('policy.drift.again')}
        </Button>
      }
    >
      <ul className="mt-1 flex flex-col gap-1">
        {differences.slice(0, maxShown).map((one) => (
          <li key={`${one.kind} ${one.key}`}>
            <Difference difference={one} />
          </li>
        ))}
      </ul>
      {differences.length > maxShown && (
        <p className="mt-1">{t('policy.drift.more', { count: differences.length - maxShown })}</p>
      )}
      <p className="mt-2 text-sm text-muted">
        {t('policy.drift.how')}{' '}
        <code className="font-mono text-xs whitespace-nowrap">pnpm latchkey policy plan</code>
      </p>
    </Callout>
  );
}

interface PolicyDifference {
  readonly kind: string;
  readonly key: string;
  readonly state: 'missing' | 'different' | 'extra';
  readonly lacks: readonly string[];
  readonly exceeds: readonly string[];
}

function Difference({ difference }: { readonly difference: PolicyDifference }): ReactNode {
  const { kind, key, state, lacks, exceeds } = difference;
  const { t, i18n } = useTranslation();
  const named = (permissions: readonly string[]): string =>
    i18n.list(permissions.map((one) => (isPermission(one) ? t(`permission.${one}`) : one)));
  return (
    <>
      <code className="font-mono text-xs">
        {kind} {key}
      </code>{' '}
      {t(`policy.drift.state.${state}`)}
      {state === 'different' &&
        lacks.length > 0 &&
        ` ${t('policy.drift.lacks', { permissions: named(lacks) })}`}
      {state === 'different' &&
        exceeds.length > 0 &&
        ` ${t('policy.drift.exceeds', { permissions: named(exceeds) })}`}
    </>
  );
}
