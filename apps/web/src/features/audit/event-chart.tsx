import { Link, useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode, useId, useRef } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Button } from '../../ui/button.tsx';
import { tableFrame, tableHead } from '../../ui/row-table.tsx';
import { type TimeBar, useBarTime } from './bars.ts';
import { useBrush, type BarRange } from './use-brush.ts';

export function EventChart(props: { readonly bars: readonly TimeBar[] }): ReactNode {
  const { bars } = props;
  const { t } = useTranslation();
  const [asTable, setAsTable] = useState(false);
  const total = bars.reduce((sum, { all }) => sum + all, 0);
  const denied = bars.reduce((sum, bar) => sum + bar.denied, 0);
  return (
    <section aria-labelledby="audit-chart" className="mb-6 rounded-card border border-line bg-surface p-4">
      <div className="mb-3 flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <div>
          <h2 id="audit-chart" className="sr-only">
            {t('audit.chart.title')}
          </h2>
          <p className="font-medium tabular-nums">
            {total === 0 ? t('audit.chart.none') : t('audit.chart.summary', { count: total, denied })}
          </p>
        </div>
        <Button variant="quiet" className="-mx-3.5" onClick={() => setAsTable(!asTable)}>
          {asTable ? t('audit.chart.asChart') : t('audit.chart.asTable')}
        </Button>
      </div>
      {asTable ? <BarTable bars={bars} /> : <EventBars bars={bars} />}
    </section>
  );
}

function BarTable({ bars }: { readonly bars: readonly TimeBar[] }): ReactNode {
  const { t, i18n } = useTranslation();
  const time = useBarTime(bars);
  return (
    <div className={tableFrame}>
      <table className="w-full border-collapse tabular-nums">
        <thead>
          <tr>
            <th scope="col" className={tableHead}>
              {t('audit.chart.when')}
            </th>
            <th scope="col" className={`${tableHead} text-right`}>
              {t('audit.chart.events')}
            </th>
            <th scope="col" className={`${tableHead} text-right`}>
              {t('audit.chart.denied')}
            </th>
          </tr>
        </thead>
        <tbody>
          {bars
            .filter(({ all }) => all > 0)
            .map((bar) => (
              <tr key={bar.from} className="border-b border-line last:border-b-0">
                <th scope="row" className="px-4 py-2 text-left font-normal">
                  {time.start(bar)}
                </th>
                <td className="px-4 py-2 text-right">{i18n.number(bar.all)}</td>
                <td className="px-4 py-2 text-right">{i18n.number(bar.denied)}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}

function EventBars({ bars }: { readonly bars: readonly TimeBar[] }): ReactNode {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const id = useId();
  const list = useRef<HTMLOListElement>(null);
  const time = useBarTime(bars);
  const most = Math.max(...bars.map(({ all }) => all));
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
      <div className="relative isolate">
        {most > 0 && (
          <span aria-hidden="true" className="absolute -top-1 right-0 text-xs text-muted tabular-nums">
            {i18n.number(most)}
          </span>
        )}
        {range !== null && (
          <span
            aria-hidden="true"
            className="absolute inset-y-0 -z-10 border-x border-brass-line bg-brass-wash"
            style={{
              left: `${(range.first / bars.length) * 100}%`,
              width: `${((range.last - range.first + 1) / bars.length) * 100}%`,
            }}
          />
        )}
        <ol
          ref={list}
          tabIndex={-1}
          aria-labelledby="audit-chart"
          aria-describedby={most > 0 ? id : undefined}
          className="flex h-28 touch-pan-y items-end border-b border-line-strong pt-4 select-none"
          {...(most > 0 ? handlers : {})}
        >
          {bars.map((bar, index) => (
            <li key={bar.from} className="flex h-full min-w-0 flex-1 items-end px-px">
              {bar.all > 0 && <BarLink bars={bars} index={index} most={most} />}
            </li>
          ))}
        </ol>
      </div>
      <p aria-hidden="true" className="mt-1 flex justify-between text-xs text-muted tabular-nums">
        <span>{first !== undefined && time.start(first)}</span>
        <span>{last !== undefined && time.end(last)}</span>
      </p>
      {most > 0 && (
        <output id={id} className="mt-2 block min-h-10 text-sm sm:min-h-5 text-muted tabular-nums">
          {range === null ? t('audit.chart.pick') : <RangeText bars={bars} range={range} />}
        </output>
      )}
    </>
  );
}

function BarLink(props: {
  readonly bars: readonly TimeBar[];
  readonly index: number;
  readonly most: number;
}): ReactNode {
  const { bars, index, most } = props;
  const { t } = useTranslation();
  const time = useBarTime(bars);
  const bar = bars[index];
  if (bar === undefined) return null;
  const text = t('audit.chart.bar', {
    time: time.start(bar),
    count: bar.all,
    denied: bar.denied,
  });
  return (
    <Link
      to="/audit"
      search={(now) => ({ ...now, ...searchOf(bars, { first: index, last: index }) })}
      aria-label={text}
      title={text}
      className="flex h-full w-full flex-col justify-end hover:bg-sunken"
    >
      <Part share={(bar.all - bar.denied) / most} className="bg-info" />
      <Part share={bar.denied / most} className="bg-denied" />
    </Link>
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

/** One part of a bar: at least two pixels high, so that one event among a million is visible. */
function Part({ share, className }: { readonly share: number; readonly className: string }): ReactNode {
  if (share <= 0) return null;
  return (
    <span
      className={`block w-full min-h-0.5 forced-color-adjust-none ${className}`}
      style={{ height: `${share * 100}%` }}
    />
  );
}

function searchOf(
  bars: readonly TimeBar[],
  { first, last }: BarRange,
): { readonly from: string; readonly to: string } | undefined {
  const [begin, end] = [bars[first]?.from, bars[last]?.to];
  if (begin === undefined || end === undefined) return undefined;
  return { from: new Date(begin).toISOString(), to: new Date(end).toISOString() };
}
