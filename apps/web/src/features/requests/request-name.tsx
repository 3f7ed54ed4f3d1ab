import type { ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import { TextSkeleton } from '../../components/text-skeleton.tsx';
import type { PageNameProps } from '../../layout/page-data.ts';

/** For the breadcrumb: who asks. Reads what the page loads; sends no request of its own. */
export function RequestName({ params: { requestId = '' } }: PageNameProps): ReactNode {
  const { data } = trpc.requests.get.useQuery({ id: requestId }, { enabled: false });
  return data === undefined ? <TextSkeleton /> : (data.requester.name ?? data.requester.key);
}
