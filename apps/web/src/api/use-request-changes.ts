import { createUseChanges } from './create-use-changes.ts';

/** While mounted, refetches access requests whenever one changes that concerns the user. */
export const useRequestChanges = createUseChanges('requests', (streams, handlers) =>
  streams.requests.changes.subscribe(undefined, handlers),
);
