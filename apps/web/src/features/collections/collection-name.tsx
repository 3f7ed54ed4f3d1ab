import type { ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import { LoadedName } from '../../components/loaded-name.tsx';
import type { PageNameProps } from '../../layout/page-data.ts';

/** The collection's title for the breadcrumb. Reads the page's cached data and sends no request. */
export function CollectionName({ params: { collectionId = '' } }: PageNameProps): ReactNode {
  const collection = trpc.collections.get.useQuery({ id: collectionId }, { enabled: false });
  return <LoadedName query={collection} name={collection.data?.title} />;
}
