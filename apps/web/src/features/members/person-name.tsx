import type { ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import { TextSkeleton } from '../../components/text-skeleton.tsx';
import type { PageNameProps } from '../../layout/page-data.ts';

/** For the breadcrumb. Reads what the page loads; sends no request of its own. */
export function PersonName({ params: { subject = '' } }: PageNameProps): ReactNode {
  const { data } = trpc.members.get.useQuery({ subject }, { enabled: false });
  return data === undefined ? <TextSkeleton /> : (data.name ?? data.email ?? data.subject);
}
