import { Link } from '@tanstack/react-router';
import { Fragment, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { cell, Row, rowLink, RowTable, stateCell, wideCell } from '../../ui/row-table.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { DeliveryStatus } from './delivery-status.tsx';
import { useEventName } from './webhook-event-names.ts';
import { failureText } from './failure-text.tsx';
import { SubjectsInShort } from './subject-name.tsx';
import type { DeliverySummary } from './sync-status.ts';

/** On a small screen everything except the status is below the event, in its cell. */
export function DeliveryRows({ deliveries }: { readonly deliveries: readonly DeliverySummary[] }): ReactNode {
  const { t } = useTranslation();
  const columns = [
    { label: t('sync.column.event') },
    { label: t('sync.column.about'), className: 'w-[20%]' },
    { label: t('sync.column.status'), className: 'w-[26%]' },
    { label: t('sync.column.received'), className: 'w-[18%] text-right' },
  ];
  return (
    <RowTable caption={t('sync.deliveries')} columns={columns}>
      {deliveries.map((delivery) => (
        <DeliveryRow key={delivery.id} delivery={delivery} />
      ))}
    </RowTable>
  );
}

function DeliveryRow({ delivery }: { readonly delivery: DeliverySummary }): ReactNode {
  const { id, event, source, status, attempts, outcome, receivedAt, subjects, names, subjectCount } =
    delivery;
  const { t } = useTranslation();
  const eventName = useEventName();
  const about = <SubjectsInShort subjects={subjects} names={names} count={subjectCount} />;
  const open = status === 'pending' || status === 'failed';
  const why = open && outcome?.kind === 'error' ? failureText(outcome.code, t).why : null;
  const tries = attempts > 1 ? t('sync.attempts', { count: attempts }) : null;
  return (
    <Row>
      <td className={cell}>
        <Link to="/sync/deliveries/$deliveryId" params={{ deliveryId: id }} className={rowLink}>
          {eventName(event)}
        </Link>
        <p className="hidden text-sm text-muted md:block">
          <EventCode event={event} />
          {source === 'recovered' && ` · ${t('sync.recovered')}`}
        </p>
        <div className="text-sm text-muted md:hidden print:hidden">
          <p>{about}</p>
          {why !== null && <p>{why}</p>}
          <p>
            {tries !== null && `${tries} · `}
            <RelativeTime at={receivedAt} />
          </p>
        </div>
      </td>
      <td className={`${wideCell} text-sm`}>
        <span className="line-clamp-2 wrap-anywhere print:line-clamp-none">{about}</span>
      </td>
      <td className={`${stateCell} max-md:align-top`}>
        <DeliveryStatus status={status} attempts={attempts} />
        <div className="hidden text-sm text-muted md:block">
          {why !== null && <p>{why}</p>}
          {tries !== null && <p>{tries}</p>}
        </div>
      </td>
      <td className={`${wideCell} text-right text-muted`}>
        <RelativeTime at={receivedAt} />
      </td>
    </Row>
  );
}

/** Logto's name of the event. A line may break after a dot. */
function EventCode({ event }: { readonly event: string }): ReactNode {
  return (
    <code className="font-mono text-xs break-words">
      {event.split('.').map((part, index) => (
        <Fragment key={part}>
          {index > 0 && (
            <>
              .<wbr />
            </>
          )}
          {part}
        </Fragment>
      ))}
    </code>
  );
}
