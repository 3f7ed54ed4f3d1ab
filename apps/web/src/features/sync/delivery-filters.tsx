import { Link, useNavigate } from '@tanstack/react-router';
import { ChevronDown, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { filterChip, filterChipActive } from '../../components/filter-chip.ts';
import { webhookEventNames } from './webhook-event-names.ts';
import type { SyncFilter } from './filters.ts';
import type { SyncStatus } from './sync-types.ts';
import { useEventName } from './use-event-name.ts';

const statuses = ['pending', 'failed', 'applied', 'ignored'] as const;

/** Filters by status (with counts), by event, and by the subject that a delivery links to. */
export function DeliveryFilters(props: {
  readonly filter: SyncFilter;
  readonly counts: SyncStatus['deliveries'] | undefined;
}): ReactNode {
  const { filter, counts } = props;
  const { t, i18n } = useTranslation();
  const number = new Intl.NumberFormat(i18n.language);
  const choices = [
    { status: undefined, label: t('sync.all'), count: undefined },
    ...statuses.map((status) => ({
      status,
      label: t(`sync.statuses.${status}`),
      count: status === 'pending' || status === 'failed' ? counts?.[status] : undefined,
    })),
  ];
  return (
    <div className="mb-4 flex flex-wrap gap-2">
      <nav aria-label={t('sync.filterStatus')} className="contents">
        <ul className="contents">
          {choices.map(({ status, label, count }) => (
            <li key={label}>
              <Link
                to="/sync"
                search={{ ...filter, status }}
                activeOptions={filterChipActive}
                className={filterChip}
              >
                {label}
                {count !== undefined && count > 0 && (
                  <span className="font-normal tabular-nums">{number.format(count)}</span>
                )}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <EventFilter filter={filter} />
      {filter.subject !== undefined && (
        <Link
          to="/sync"
          search={{ ...filter, subject: undefined }}
          activeProps={{ 'aria-current': undefined }}
          className={`${filterChip} max-w-full border-brass-line! bg-brass-wash text-ink!`}
        >
          <span className="whitespace-nowrap">{t('sync.onlyOf')}</span>
          <code className="truncate font-mono text-xs">{filter.subject}</code>
          <X aria-hidden="true" className="size-3.5 shrink-0" />
          <span className="sr-only">{t('sync.clearSubject')}</span>
        </Link>
      )}
    </div>
  );
}

/** A `<select>` in the style of a chip: there are too many events for one chip each. */
function EventFilter({ filter }: { readonly filter: SyncFilter }): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const eventName = useEventName();
  const { event = '' } = filter;
  const choices =
    event === '' || webhookEventNames.some((known) => known === event)
      ? webhookEventNames
      : [...webhookEventNames, event];
  return (
    <span className="relative inline-flex max-w-full">
      <select
        aria-label={t('sync.filterEvent')}
        value={event}
        onChange={({ target: { value } }) =>
          void navigate({ to: '/sync', search: { ...filter, event: value === '' ? undefined : value } })
        }
        className={`${filterChip} max-w-full field-sizing-content appearance-none bg-surface pr-8 ${event === '' ? '' : 'border-brass-line! bg-brass-wash! text-ink!'}`}
      >
        <option value="">{t('sync.anyEvent')}</option>
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {eventName(choice)}
          </option>
        ))}
      </select>
      <ChevronDown
        aria-hidden="true"
        className="pointer-events-none absolute inset-y-0 right-2.5 my-auto size-4 text-muted"
      />
    </span>
  );
}
