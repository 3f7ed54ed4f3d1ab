import type { AppPermission } from '@latchkey/policy';
import { isPermission } from '../../policy.ts';

/** The search parameters of the page: the whole question, so that the link can be shared. */
export interface QuestionInUrl {
  readonly person?: string | undefined;
  readonly permission?: AppPermission | undefined;
  readonly on?: string | undefined;
}

/** The key of a user in Permit. */
const keyPattern = /^[\w|@+.-]{1,256}$/;
const uuidPattern = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * Invalid parameters are explicitly `undefined`, because the router retains parameters that are not listed.
 */
export function questionInUrl({ person, permission, on }: Readonly<Record<string, unknown>>): QuestionInUrl {
  return {
    person: typeof person === 'string' && keyPattern.test(person) ? person : undefined,
    permission: typeof permission === 'string' && isPermission(permission) ? permission : undefined,
    on: typeof on === 'string' && uuidPattern.test(on) ? on : undefined,
  };
}
