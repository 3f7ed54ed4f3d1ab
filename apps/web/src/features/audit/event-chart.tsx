import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { tableFrame, tableHead } from '../../components/table-style.ts';
import type { TimeBar } from './bars-of.ts';

/** How many events there were over a time; red are the denied ones. A bar leads to its time; a table says the same. */
export function EventChart(props: { readonly bars: readonly TimeBar[] }): ReactNode {
  const { bars } = props;
  const { t, i18n } = useTranslation();
  const [asTable, setAsTable] = useState(false);
  const number = new Intl.NumberFormat(i18n.language);
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
            {total === 0
              ? t('audit.chart.none')
              : t('audit.chart.summary', { all: number.format(total), denied: number.format(denied) })}
          </p>
        </div>
        <Button variant="quiet" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {asTable ? t('audit.chart.asChart') : t('audit.chart.asTable')}
        </Button>
      </div>
      {asTable ? <BarTable bars={bars} /> : <Bars bars={bars} />}
    </section>
  );
}

function Bars({ bars }: { readonly bars: readonly TimeBar[] }): ReactNode {
  const { t, i18n } = useTranslation();
  const number = new Intl.NumberFormat(i18n.language);
  const timeOf = useTimeFormat(bars);
  const most = Math.max(...bars.map(({ all }) => all));
  const [first, last] = [bars[0], bars.at(-1)];
  return (
    <>
      <div className="relative">
        {most > 0 && (
          <span aria-hidden="true" className="absolute -top-1 right-0 text-xs text-muted tabular-nums">
            {number.format(most)}
          </span>
        )}
        <ol className="flex h-28 items-end border-b border-line-strong pt-4">
          {bars.map((bar) => (
            <li key={bar.from} className="flex h-full min-w-0 flex-1 items-end px-px">
              {bar.all > 0 && (
                <Link
                  to="/audit"
                  search={(now) => ({
                    ...now,
                    from: new Date(bar.from).toISOString(),
                    to: new Date(bar.to).toISOString(),
                  })}
                  aria-label={t('audit.chart.bar', {
                    time: timeOf(bar.from),
                    all: number.format(bar.all),
                    denied: number.format(bar.denied),
                  })}
                  title={t('audit.chart.bar', {
                    time: timeOf(bar.from),
                    all: number.format(bar.all),
                    denied: number.format(bar.denied),
                  })}
                  className="flex h-full w-full flex-col justify-end hover:bg-sunken"
                >
                  <Part share={(bar.all - bar.denied) / most} className="bg-info" />
                  <Part share={bar.denied / most} className="bg-denied" />
                </Link>
              )}
            </li>
          ))}
        </ol>
      </div>
      <p aria-hidden="true" className="mt-1 flex justify-between text-xs text-muted tabular-nums">
        <span>{first !== undefined && timeOf(first.from)}</span>
        <span>{last !== undefined && timeOf(last.to)}</span>
      </p>
      {most > 0 && <p className="mt-2 text-sm text-muted">{t('audit.chart.pick')}</p>}
    </>
  );
}

/** At least a pixel, so that one event among a million is seen. */
function Part({ share, className }: { readonly share: number; readonly className: string }): ReactNode {
  if (share <= 0) return null;
  return (
    <span
      className={`block w-full min-h-0.5 forced-color-adjust-none ${className}`}
      style={{ height: `${share * 100}%` }}
    />
  );
}

function BarTable({ bars }: { readonly bars: readonly TimeBar[] }): ReactNode {
  const { t, i18n } = useTranslation();
  const number = new Intl.NumberFormat(i18n.language);
  const timeOf = useTimeFormat(bars);
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
                  {timeOf(bar.from)}
                </th>
                <td className="px-4 py-2 text-right">{number.format(bar.all)}</td>
                <td className="px-4 py-2 text-right">{number.format(bar.denied)}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}

/** As exact as the bars are: a day, or a time of a day. */
function useTimeFormat(bars: readonly TimeBar[]): (time: number) => string {
  const { language } = useTranslation().i18n;
  const [first] = bars;
  const isDaily = first !== undefined && first.to - first.from >= 86_400_000;
  const format = new Intl.DateTimeFormat(
    language,
    isDaily
      ? { month: 'short', day: 'numeric', timeZone: 'UTC' }
      : { month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' },
  );
  return (time) => format.format(new Date(time));
}
