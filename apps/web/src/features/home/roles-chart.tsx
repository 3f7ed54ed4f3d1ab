import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { streamed } from '../../api/api.ts';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { roles } from '../../policy.ts';
import { ChartPanel } from '../../ui/chart-panel.tsx';
import { StepLine } from '../../ui/chart.tsx';
import { dateFormat } from '../../ui/format-time.ts';
import { ChartState } from './chart-state.tsx';

/** The input of `members.roleHistory`, which the number of members shares. */
export const ninetyDays = { days: 90 };

/** A line for each role, with an axis of its own: there are many more viewers than administrators. */
export function RolesChart(): ReactNode {
  const { t, i18n } = useTranslation();
  const query = trpc.members.roleHistory.useQuery(ninetyDays, streamed);
  const problem = useProblem(query);
  const title = t('home.roles.title');
  if (query.data === undefined) return <ChartState title={title} problem={problem} />;
  const { points, since, isKnown } = query.data;
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return null;
  const format = dateFormat(i18n.language, { month: 'short', day: 'numeric' });
  const day = (at: string): string => format.format(new Date(at));
  return (
    <ChartPanel
      title={title}
      summary={isKnown ? t('home.roles.summary') : t('home.roles.since', { date: day(since) })}
      table={{
        columns: [t('home.day'), ...roles.map((role) => t(`role.${role}`))],
        rows: points.toReversed().map((point) => ({
          key: point.at,
          name: day(point.at),
          values: roles.map((role) => i18n.number(point.roles[role])),
        })),
      }}
    >
      {() => (
        <>
          <ul className="flex grow flex-col gap-2">
            {roles.map((role) => {
              const change = last.roles[role] - first.roles[role];
              return (
                <li key={role} className="flex grow flex-col">
                  <p className="flex items-baseline justify-between gap-3">
                    <Link
                      to="/members"
                      search={{ role }}
                      className="flex min-h-6 items-center hover:underline"
                    >
                      {t(`role.${role}`)}
                    </Link>
                    <span className="text-right tabular-nums">
                      <span className="font-semibold">{i18n.number(last.roles[role])}</span>{' '}
                      <span className="text-sm text-muted">
                        {t(
                          change === 0
                            ? 'home.roles.same'
                            : change < 0
                              ? 'home.roles.fewer'
                              : 'home.roles.more',
                          {
                            change: Math.abs(change),
                          },
                        )}
                      </span>
                    </span>
                  </p>
                  <StepLine
                    points={points.map(({ at, roles: held }) => ({
                      time: Date.parse(at),
                      value: held[role],
                    }))}
                    from={Date.parse(last.at) - length}
                    to={Date.parse(last.at)}
                  />
                </li>
              );
            })}
          </ul>
          <p aria-hidden="true" className="mt-1 flex justify-between text-xs text-muted">
            <span>{format.format(Date.parse(last.at) - length)}</span>
            <span>{day(last.at)}</span>
          </p>
        </>
      )}
    </ChartPanel>
  );
}

const length = ninetyDays.days * 86_400_000;
