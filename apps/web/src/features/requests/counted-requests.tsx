import type { ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import { useRequestChanges } from '../../api/use-request-changes.ts';
import type { CountedProps } from '../../layout/page-data.ts';

/** The maximum number that one query counts. */
const mostCounted = 100;

/**
 * The sidebar entry with the live number of open requests that the user can decide. Always shown to users who see all
 * requests; for users who see only requests for their own reports and collections, shown while one is open.
 */
export function CountedRequests({ allowed, children }: CountedProps): ReactNode {
  const { data: me } = trpc.session.me.useQuery();
  const viewsAll = me?.permissions.includes('requests:view') === true;
  useRequestChanges(allowed && viewsAll);
  const { data } = trpc.requests.list.useQuery(
    { status: 'open', limit: mostCounted },
    { enabled: allowed && me !== undefined },
  );
  const count = data?.items.filter(({ canDecide }) => canDecide).length ?? 0;
  return allowed && (count > 0 || viewsAll) && children(count);
}
