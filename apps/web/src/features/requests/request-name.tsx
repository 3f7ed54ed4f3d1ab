import type { ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import { LoadedName } from '../../components/loaded-name.tsx';
import type { PageNameProps } from '../../layout/page-data.ts';

/** The requester's name for the breadcrumb. Reads the page's cached data and sends no request. */
export function RequestName({ params: { requestId = '' } }: PageNameProps): ReactNode {
  const request = trpc.requests.get.useQuery({ id: requestId }, { enabled: false });
  const { requester } = request.data ?? {};
  return <LoadedName query={request} name={requester?.name ?? requester?.key} />;
}
