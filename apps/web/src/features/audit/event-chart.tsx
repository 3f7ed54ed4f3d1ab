import { useState, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Button } from '../../ui/button.tsx';
import { tableFrame, tableHead } from '../../ui/row-table.tsx';
import { type TimeBar, useBarTime } from './bars.ts';
import { EventBars } from './event-bars.tsx';

/** The number of events over time, denied ones in red. Bars link to their period; a table shows the same. */
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
        <Button variant="quiet" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
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
