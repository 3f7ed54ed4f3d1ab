import type { Directory } from './directory.ts';
import { pick } from './granted-scopes.ts';
import type { ConsentOrganization, ConsentScopes, Membership } from './records.ts';

export const userScopes = [
  'profile',
  'email',
  'phone',
  'address',
  'custom_data',
  'identities',
  'roles',
  'urn:logto:scope:organizations',
  'urn:logto:scope:organization_roles',
  'urn:logto:scope:sessions',
  'urn:logto:scope:trusted_devices',
] as const;

/** Only a client with a Client ID Metadata Document (CIMD) has a URL as its id. */
export const isCimdClientId = (clientId: string): boolean => /^https:\/\//i.test(clientId);

/** The field of logs and webhooks that names the client. */
export const clientIdentifier = (
  clientId: string | undefined,
): { readonly applicationId: string | undefined } | { readonly cimdClientId: string } =>
  clientId !== undefined && isCimdClientId(clientId)
    ? { cimdClientId: clientId }
    : { applicationId: clientId };

/** The key of the ceiling of all CIMD clients. No application has this id. */
export const cimdCeiling = 'https://';

const nothing: ConsentScopes = {
  userScopes: [],
  resourceScopes: [],
  organizationScopes: [],
  organizationResourceScopes: [],
};

export const consentScopesOf = (directory: Directory, key: string): ConsentScopes =>
  directory.consentScopes.get(key) ?? nothing;

/** Undefined for a first-party application, which has no ceiling. */
export function ceilingOf(directory: Directory, clientId: string): ConsentScopes | undefined {
  if (isCimdClientId(clientId)) return consentScopesOf(directory, cimdCeiling);
  const application = directory.applications.get(clientId);
  return application?.isThirdParty === true ? consentScopesOf(directory, clientId) : undefined;
}

/** What third-party clients can request of Logto itself. oidc-provider refuses other scopes that it knows. */
export const clientScope = ({ userScopes }: ConsentScopes): string =>
  ['openid', 'offline_access', ...userScopes].join(' ');

export const consentOrganizationKey = ({
  applicationId,
  userId,
  organizationId,
}: ConsentOrganization): string => `${applicationId}/${userId}/${organizationId}`;

/** The organizations that the user has consented to. */
export const consentOrganizationsOf = (directory: Directory, applicationId: string, userId: string) =>
  pick(
    directory.organizations,
    directory.consentOrganizations
      .findBy('consent', `${applicationId}/${userId}`)
      .map(({ organizationId }) => organizationId),
  );

/** A grant of a CIMD client has at most one organization; other third-party applications have one consent per user. */
export function isOrganizationConsented(
  directory: Directory,
  {
    clientId,
    grantId,
    ...consent
  }: Omit<ConsentOrganization, 'applicationId'> & {
    readonly clientId: string;
    readonly grantId: string | undefined;
  },
): boolean {
  if (isCimdClientId(clientId))
    return directory.cimdGrants.get(grantId ?? '')?.organizationId === consent.organizationId;
  if (ceilingOf(directory, clientId) === undefined) return true;
  return directory.consentOrganizations.has(consentOrganizationKey({ applicationId: clientId, ...consent }));
}

/** Leaving an organization ends the user's consents to it. */
export function endConsents(
  directory: Directory,
  { organizationId, memberId }: Pick<Membership, 'organizationId' | 'memberId'>,
): void {
  const isEnded = (consent: { readonly organizationId: string | null; readonly userId: string }): boolean =>
    consent.organizationId === organizationId && consent.userId === memberId;
  const { consentOrganizations, cimdGrants } = directory;
  for (const consent of consentOrganizations.values())
    if (isEnded(consent)) consentOrganizations.delete(consentOrganizationKey(consent));
  for (const grantId of cimdGrants.keys()) {
    const grant = cimdGrants.get(grantId);
    if (grant !== undefined && isEnded(grant)) cimdGrants.put(grantId, { ...grant, organizationId: null });
  }
}
