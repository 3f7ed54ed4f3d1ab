import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { ChipSelect } from '../../ui/select.tsx';
import { chipRow, FilterChip, FilterChips, RemovableChip } from '../../ui/chips.tsx';
import { useEventName, webhookEventNames } from './webhook-event-names.ts';
import type { SyncFilter } from './filters.ts';
import type { SyncStatus } from './sync-status.ts';

const statuses = ['pending', 'failed', 'applied', 'ignored'] as const;

export function DeliveryFilters(props: {
  readonly filter: SyncFilter;
  readonly counts: SyncStatus['deliveries'] | undefined;
}): ReactNode {
  const { filter, counts } = props;
  const { t } = useTranslation();
  const choices = [
    { status: undefined, label: t('sync.all'), count: null },
    ...statuses.map((status) => ({
      status,
      label: t(`sync.status.${status}`),
      count: (status === 'pending' || status === 'failed') && counts?.[status] ? counts[status] : null,
    })),
  ];
  return (
    <div className="mb-4">
      <div className={chipRow}>
        <FilterChips label={t('sync.filterStatus')} inRow>
          {choices.map(({ status, label, count }) => (
            <FilterChip
              key={label}
              to="/sync"
              search={{ ...filter, status }}
              label={label}
              count={count}
              isChosen={status === filter.status}
            />
          ))}
        </FilterChips>
        <EventFilter filter={filter} />
        {filter.subject !== undefined && (
          <RemovableChip
            to="/sync"
            search={{ ...filter, subject: undefined }}
            removeLabel={t('sync.clearSubject')}
          >
            <span className="whitespace-nowrap">{t('sync.onlyOf')}</span>
            <code className="truncate font-mono text-xs">{filter.subject}</code>
          </RemovableChip>
        )}
      </div>
    </div>
  );
}

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
