import { createUseChanges } from '../../api/create-use-changes.ts';

/** While it is used, the invitations are asked again whenever one of the organization changes. */
export const useInvitationChanges = createUseChanges('invitations', (streams, handlers) =>
  streams.invitations.changes.subscribe(undefined, handlers),
);
