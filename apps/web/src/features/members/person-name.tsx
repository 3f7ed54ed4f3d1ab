import type { ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import { LoadedName } from '../../components/loaded-name.tsx';
import type { PageNameProps } from '../../layout/page-data.ts';

/** For the breadcrumb. Reads what the page loads; sends no request of its own. */
export function PersonName({ params: { subject = '' } }: PageNameProps): ReactNode {
  const member = trpc.members.get.useQuery({ subject }, { enabled: false });
  const name = member.data?.name ?? member.data?.email ?? member.data?.subject;
  return <LoadedName query={member} name={name} />;
}
