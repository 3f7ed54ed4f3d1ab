import { createUseChanges } from '../../api/create-use-changes.ts';

/** While it is used, the members that are shown are asked again whenever one changes in the organization. */
export const useMemberChanges = createUseChanges('members', (streams, handlers) =>
  streams.members.changes.subscribe(undefined, handlers),
);
