import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { dateInDays } from '../../ui/format-time.ts';
import type { AuditFilter } from './audit-questions.ts';

const day = 86_400_000;

/** Filters by whole days of the browser's time zone. Choosing one end sets the other, if it is missing or before it. */
export function DateRange({ filter }: { readonly filter: AuditFilter }): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { from, to } = filter;
  const [today] = useState(() => dateInDays(0, new Date()));
  const first = from === undefined ? '' : dayOf(Date.parse(from));
  // The end is exclusive.
  const last = to === undefined ? '' : dayOf(Date.parse(to) - 1);
  const choose = (one: string, other: string): void => {
    const [start, end] = [startOf(one), startOf(other)];
    if (Number.isNaN(start) || Number.isNaN(end)) return;
    const search = { ...filter, from: new Date(start).toISOString(), to: nextDay(end).toISOString() };
    void navigate({ to: '/audit', search });
  };
  return (
    <fieldset className="flex flex-wrap items-center gap-2">
      <legend className="sr-only">{t('audit.filter.dates')}</legend>
      <input
        type="date"
        aria-label={t('audit.filter.firstDay')}
        value={first}
        max={today}
        onChange={({ target: { value } }) => choose(value, last !== '' && last >= value ? last : today)}
        className={field}
      />
      <span aria-hidden="true" className="text-muted">
        –
      </span>
      <input
        type="date"
        aria-label={t('audit.filter.lastDay')}
        value={last}
        max={today}
        onChange={({ target: { value } }) => choose(first !== '' && first <= value ? first : value, value)}
        className={field}
      />
    </fieldset>
  );
}

const field = 'h-9 rounded-control border border-line-strong bg-surface px-2.5 pointer-coarse:h-11';

/** The date as in a date field; empty if the time in the URL is none. */
function dayOf(time: number): string {
  return Number.isNaN(time) ? '' : dateInDays(0, new Date(time));
}

function startOf(date: string): number {
  return Date.parse(`${date}T00:00`);
}

/** Days may have 23 or 25 hours. */
function nextDay(start: number): Date {
  return new Date(startOf(dayOf(start + 1.5 * day)));
}
