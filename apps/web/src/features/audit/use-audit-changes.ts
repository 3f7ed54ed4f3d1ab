import { createUseChanges } from '../../api/create-use-changes.ts';

/** While it is used, the events that are shown are asked again whenever some were stored. */
export const useAuditChanges = createUseChanges('audit', (streams, handlers) =>
  streams.audit.changes.subscribe(undefined, handlers),
);
