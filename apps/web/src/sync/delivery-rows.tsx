import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { tableFrame, tableHead } from '../pieces/table-look.ts';
import { When } from '../pieces/when.tsx';
import { DeliveryStatus } from './delivery-status.tsx';
import type { DeliverySummary } from './sync-types.ts';
import { useEventName } from './use-event-name.ts';

// On a small screen attempts and time stand under the event, in its cell; the columns for them appear with the room.
const cell = 'h-13 px-4 py-2 align-middle';
const wide = `${cell} hidden md:table-cell`;

/** The whole row is the link's target; the link itself is the event, for the keyboard and for screen readers. */
export function DeliveryRows({ deliveries }: { readonly deliveries: readonly DeliverySummary[] }): ReactNode {
  const { t } = useTranslation();
  const eventName = useEventName();
  return (
    <Table>
      {deliveries.map(({ id, event, status, attempts, receivedAt, source }) => (
        <tr
          key={id}
          className="relative border-b border-line transition-colors last:border-b-0 hover:bg-sunken/60"
        >
          <td className={cell}>
            <Link
              to="/sync/deliveries/$deliveryId"
              params={{ deliveryId: id }}
              className="font-medium break-words after:absolute after:inset-0 after:rounded-card focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-brass-line"
            >
              {eventName(event)}
            </Link>
            <p className="text-sm text-muted">
              <code className="font-mono text-xs break-all">{event}</code>
              {source === 'recovered' && ` · ${t('sync.recovered')}`}
              <span className="block md:hidden">
                <When at={receivedAt} />
                {attempts > 1 && ` · ${t('sync.attempts', { count: attempts })}`}
              </span>
            </p>
          </td>
          <td className={`${cell} w-0 pl-0 md:w-auto md:pl-4`}>
            <DeliveryStatus status={status} attempts={attempts} />
          </td>
          <td className={`${wide} text-right`}>{attempts}</td>
          <td className={`${wide} text-right text-muted`}>
            <When at={receivedAt} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Table({ children }: { readonly children: ReactNode }): ReactNode {
  const { t } = useTranslation();
  return (
    <div className={tableFrame}>
      <table className="w-full border-collapse tabular-nums">
        <caption className="sr-only">{t('sync.deliveries')}</caption>
        <thead className="hidden md:table-header-group">
          <tr>
            <th scope="col" className={tableHead}>
              {t('sync.column.event')}
            </th>
            <th scope="col" className={`${tableHead} w-36`}>
              {t('sync.column.status')}
            </th>
            <th scope="col" className={`${tableHead} w-24 text-right`}>
              {t('sync.column.attempts')}
            </th>
            <th scope="col" className={`${tableHead} w-36 text-right`}>
              {t('sync.column.received')}
            </th>
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
