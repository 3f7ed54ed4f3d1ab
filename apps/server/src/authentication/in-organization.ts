import { defaultTenant, tenantKey } from '@latchkey/directory-sync';
import { AppError } from '../platform/app-error.ts';
import type { Identity } from './identity.ts';

/**
 * Returns the identity in an organization that an application asks for. Logto names no organization in the token of a
 * sign-in, so a token without one is accepted, marked as `isOrganizationChosen`: it proves nothing about the organization.
 * @throws {AppError} `TOKEN_ORGANIZATION` if the token is for another organization
 */
export function inOrganization(identity: Identity, organization: string | undefined): Identity {
  const { tenant, via } = identity;
  const chosen = organization === undefined ? tenant : tenantKey(organization);
  if (chosen === tenant) return identity;
  if (tenant !== defaultTenant || via === undefined)
    throw new AppError('TOKEN_ORGANIZATION', 'The token is for another organization than the address.');
  return { ...identity, tenant: chosen, isOrganizationChosen: true };
}
