import type { ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import { LoadedName } from '../../components/loaded-name.tsx';
import type { PageNameProps } from '../../layout/page-data.ts';

/**
 * For the breadcrumb: the event by Logto's own name, as the page's title already describes it. Reads what the page loads;
 * sends no request of its own.
 */
export function DeliveryName({ params: { deliveryId = '' } }: PageNameProps): ReactNode {
  const delivery = trpc.sync.delivery.useQuery({ id: deliveryId }, { enabled: false });
  return <LoadedName query={delivery} name={delivery.data?.event} />;
}
