import type { ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import { LoadedName } from '../../components/loaded-name.tsx';
import type { PageNameProps } from '../../layout/page-data.ts';

/** For the breadcrumb: the collection's title. Reads what the page loads; sends no request of its own. */
export function CollectionName({ params: { collectionId = '' } }: PageNameProps): ReactNode {
  const collection = trpc.collections.get.useQuery({ id: collectionId }, { enabled: false });
  return <LoadedName query={collection} name={collection.data?.title} />;
}
