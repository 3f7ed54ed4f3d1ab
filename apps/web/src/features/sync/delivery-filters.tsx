import { Link, useNavigate } from '@tanstack/react-router';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { ChipSelect } from '../../components/chip-select.tsx';
import { filterChip, filterChipActive, filterChipChosen } from '../../components/filter-chip-style.ts';
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
          className={`${filterChip} max-w-full ${filterChipChosen}`}
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

/** Filters by one event. */
function EventFilter({ filter }: { readonly filter: SyncFilter }): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <ChipSelect
      label={t('sync.filterEvent')}
      any={t('sync.anyEvent')}
      value={filter.event}
      choices={webhookEventNames}
      nameOf={useEventName()}
      onChange={(event) => void navigate({ to: '/sync', search: { ...filter, event } })}
    />
  );
}
