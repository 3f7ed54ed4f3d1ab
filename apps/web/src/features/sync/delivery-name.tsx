import type { ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import { LoadedName } from '../../components/loaded-name.tsx';
import type { PageNameProps } from '../../layout/page-data.ts';

/**
 * Logto's name of the event for the breadcrumb, because the page's title already describes it. Reads the page's cached
 * data and sends no request.
 */
export function DeliveryName({ params: { deliveryId = '' } }: PageNameProps): ReactNode {
  const delivery = trpc.sync.delivery.useQuery({ id: deliveryId }, { enabled: false });
  return <LoadedName query={delivery} name={delivery.data?.event} />;
}
