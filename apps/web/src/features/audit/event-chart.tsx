import { linkOptions, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useId, useRef } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { ChartPanel } from '../../ui/chart-panel.tsx';
import { ColumnChart } from '../../ui/chart.tsx';
import { type TimeBar, useBarTime } from './bars.ts';
import { useBrush, type BarRange } from './use-brush.ts';

const parts = [
  { key: 'other', tone: 'volume' },
  { key: 'denied', tone: 'denied' },
] as const;

export function EventChart(props: { readonly bars: readonly TimeBar[] }): ReactNode {
  const { bars } = props;
  const { t, i18n } = useTranslation();
  const time = useBarTime(bars);
  const total = bars.reduce((sum, { all }) => sum + all, 0);
  const denied = bars.reduce((sum, bar) => sum + bar.denied, 0);
  return (
    <div className="mb-6">
      <ChartPanel
        title={t('audit.chart.title')}
        hidesTitle
        summary={total === 0 ? t('audit.chart.none') : t('audit.chart.summary', { count: total, denied })}
        table={{
          columns: [t('audit.chart.when'), t('audit.chart.events'), t('audit.chart.denied')],
          rows: bars
            .filter(({ all }) => all > 0)
            .map((bar) => ({
              key: bar.from,
              name: time.start(bar),
              values: [i18n.number(bar.all), i18n.number(bar.denied)],
            })),
        }}
      >
        {(titleId) => <EventBars bars={bars} titleId={titleId} />}
      </ChartPanel>
    </div>
  );
}

function EventBars({
  bars,
  titleId,
}: {
  readonly bars: readonly TimeBar[];
  readonly titleId: string;
}): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const id = useId();
  const list = useRef<HTMLOListElement>(null);
  const time = useBarTime(bars);
  const isEmpty = bars.every(({ all }) => all === 0);
  const { range, handlers } = useBrush(bars.length, (chosen) => {
    const search = searchOf(bars, chosen);
    if (search === undefined) return;
    // The focused bar is unmounted when the data changes; the list is not.
    list.current?.focus({ preventScroll: true });
    void navigate({ to: '/audit', search: (now) => ({ ...now, ...search }) });
  });
  const [first, last] = [bars[0], bars.at(-1)];
  return (
    <>
      <ColumnChart
        labelledBy={titleId}
        describedBy={isEmpty ? undefined : id}
        columns={bars.map((bar, index) => ({
          denied: bar.denied,
          other: bar.all - bar.denied,
          text: t('audit.chart.bar', { time: time.start(bar), count: bar.all, denied: bar.denied }),
          link: linkOptions({
            to: '/audit',
            search: (now) => ({ ...now, ...searchOf(bars, { first: index, last: index }) }),
          }),
        }))}
        parts={parts}
        start={first === undefined ? '' : time.start(first)}
        end={last === undefined ? '' : time.end(last)}
        range={range}
        list={{ ref: list, ...(isEmpty ? {} : handlers) }}
      />
      {!isEmpty && (
        <output id={id} className="mt-2 block min-h-10 text-sm sm:min-h-5 text-muted tabular-nums">
          {range === null ? t('audit.chart.pick') : <RangeText bars={bars} range={range} />}
        </output>
      )}
    </>
  );
}

function RangeText(props: { readonly bars: readonly TimeBar[]; readonly range: BarRange }): ReactNode {
  const { bars, range } = props;
  const { t } = useTranslation();
  const time = useBarTime(bars);
  const chosen = bars.slice(range.first, range.last + 1);
  const [first, last] = [chosen[0], chosen.at(-1)];
  if (first === undefined || last === undefined) return null;
  return t('audit.chart.range', {
    from: time.start(first),
    to: time.end(last),
    count: chosen.reduce((sum, { all }) => sum + all, 0),
    denied: chosen.reduce((sum, bar) => sum + bar.denied, 0),
  });
}

function searchOf(
  bars: readonly TimeBar[],
  { first, last }: BarRange,
): { readonly from: string; readonly to: string } | undefined {
  const [begin, end] = [bars[first]?.from, bars[last]?.to];
  if (begin === undefined || end === undefined) return undefined;
  return { from: new Date(begin).toISOString(), to: new Date(end).toISOString() };
}
