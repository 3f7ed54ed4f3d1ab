import { useRouteContext } from '@tanstack/react-router';
import { useEffect } from 'react';

/** While it is used, what is shown of access requests is asked again whenever one changes that concerns the person. */
export function useRequestChanges(enabled = true): void {
  const { api } = useRouteContext({ from: '/console' });
  useEffect(() => (enabled ? api.followRequests() : undefined), [api, enabled]);
}
