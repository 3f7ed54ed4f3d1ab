import { secret, standardId } from './identifiers.ts';
import type { Application, ApplicationSecret } from './records.ts';

type Required = Pick<Application, 'name' | 'type' | 'oidcClientMetadata' | 'customClientMetadata'>;

/** With the defaults of Logto's database. */
export function newApplication(given: Required & Partial<Application>, now: number): Application {
  return {
    tenantId: 'default',
    id: given.id ?? standardId(),
    name: given.name,
    description: given.description ?? null,
    type: given.type,
    oidcClientMetadata: given.oidcClientMetadata,
    customClientMetadata: given.customClientMetadata,
    protectedAppMetadata: null,
    customData: given.customData ?? {},
    isThirdParty: given.isThirdParty ?? false,
    appLevelAccessControlEnabled: false,
    createdAt: now,
    secret: secret(),
    roleIds: given.roleIds ?? [],
  };
}

export const secretKey = ({
  applicationId,
  name,
}: Pick<ApplicationSecret, 'applicationId' | 'name'>): string => `${applicationId}/${name}`;

export function newSecret(
  given: Pick<ApplicationSecret, 'applicationId' | 'name'> & Partial<ApplicationSecret>,
  now: number,
): ApplicationSecret {
  const { applicationId, name, value = secret(), expiresAt = null } = given;
  return { tenantId: 'default', applicationId, name, value, createdAt: now, expiresAt };
}
