import { linkOptions } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { streamed } from '../../api/api.ts';
import { trpc, type Outputs } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { ChartPanel } from '../../ui/chart-panel.tsx';
import { ColumnChart, Swatch } from '../../ui/chart.tsx';
import { dateFormat } from '../../ui/format-time.ts';
import { ChartState } from './chart-state.tsx';
import { usePeriod, type Period } from './use-period.ts';

const parts = [
  { key: 'allow', tone: 'volume' },
  { key: 'deny', tone: 'denied' },
  { key: 'unavailable', tone: 'unknown' },
] as const;
type Outcome = (typeof parts)[number]['key'];
type Day = Readonly<Record<Outcome, number>> & { readonly from: number; readonly to: number };

/** Decisions per day of the browser's time zone. */
export function DecisionsChart(): ReactNode {
  const { t, i18n } = useTranslation();
  const period = usePeriod();
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const query = trpc.audit.histogram.useQuery({ ...period, kind: 'decision', timeZone }, streamed);
  const problem = useProblem(query);
  const title = t('home.decisions.title');
  if (query.data === undefined) return <ChartState title={title} problem={problem} />;
  const days = daysOf(query.data, period);
  const format = dateFormat(i18n.language, { month: 'short', day: 'numeric' });
  const total = (key: Outcome): number => days.reduce((sum, day) => sum + day[key], 0);
  return (
    <ChartPanel
      title={title}
      summary={
        days.every((day) => parts.every(({ key }) => day[key] === 0)) ? (
          t('home.decisions.none')
        ) : (
          <ul className="flex flex-wrap gap-x-3">
            {parts.map(({ key, tone }) => (
              <li key={key} className="whitespace-nowrap">
                <Swatch tone={tone} />
                {t(`home.decisions.${key}`)} <span className="text-ink">{i18n.number(total(key))}</span>
              </li>
            ))}
          </ul>
        )
      }
      table={{
        columns: [t('home.day'), ...parts.map(({ key }) => t(`home.decisions.${key}`))],
        rows: days.toReversed().map((day) => ({
          key: day.from,
          name: format.format(day.from),
          values: parts.map(({ key }) => i18n.number(day[key])),
        })),
      }}
    >
      {(titleId) => (
        <ColumnChart
          labelledBy={titleId}
          columns={days.map((day) => ({
            ...day,
            text: t('home.decisions.column', {
              day: format.format(day.from),
              allow: i18n.number(day.allow),
              deny: i18n.number(day.deny),
              unavailable: i18n.number(day.unavailable),
            }),
            link: linkOptions({
              to: '/audit',
              search: { from: new Date(day.from).toISOString(), to: new Date(day.to).toISOString() },
            }),
          }))}
          parts={parts}
          start={format.format(Date.parse(period.from))}
          end={t('home.today')}
        />
      )}
    </ChartPanel>
  );
}

/** A local day can have 23 or 25 hours. */
function daysOf({ bars }: Outputs['audit']['histogram'], { from, to }: Period): Day[] {
  const days: Day[] = [];
  for (let begin = new Date(from); begin < new Date(to);) {
    const end = new Date(begin.getFullYear(), begin.getMonth(), begin.getDate() + 1);
    const ofDay = bars.filter(({ at }) => begin <= new Date(at) && new Date(at) < end);
    const count = (key: Outcome): number =>
      ofDay.reduce((sum, bar) => sum + (bar.outcome === key ? bar.count : 0), 0);
    days.push({
      from: begin.getTime(),
      to: end.getTime(),
      allow: count('allow'),
      deny: count('deny'),
      unavailable: count('unavailable'),
    });
    begin = end;
  }
  return days;
}
