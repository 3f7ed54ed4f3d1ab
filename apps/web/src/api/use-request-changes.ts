import { createUseChanges } from './create-use-changes.ts';

/** While it is used, what is shown of access requests is asked again whenever one changes that concerns the person. */
export const useRequestChanges = createUseChanges('requests', (streams, handlers) =>
  streams.requests.changes.subscribe(undefined, handlers),
);
