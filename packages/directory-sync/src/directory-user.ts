import type { DirectoryUser } from '@latchkey/permissions/permit';
import type { LogtoUser } from './events/logto-event.ts';

/** Logto's user as Permit's. Logto keeps one name, so it goes into `first_name` whole, as Logto's own guide has it. */
export function directoryUserOf({ id, primaryEmail, name, username }: LogtoUser): DirectoryUser {
  return {
    key: id,
    email: primaryEmail ?? undefined,
    firstName: name ?? undefined,
    attributes: username === null || username === undefined ? {} : { username },
  };
}
