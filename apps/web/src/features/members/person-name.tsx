import type { ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import { LoadedName } from '../../components/loaded-name.tsx';
import type { PageNameProps } from '../../layout/page-data.ts';

/** The name for the breadcrumb. Reads the page's cached data and sends no request. */
export function PersonName({ params: { subject = '' } }: PageNameProps): ReactNode {
  const member = trpc.members.get.useQuery({ subject }, { enabled: false });
  const name = member.data?.name ?? member.data?.email ?? member.data?.subject;
  return <LoadedName query={member} name={name} />;
}
