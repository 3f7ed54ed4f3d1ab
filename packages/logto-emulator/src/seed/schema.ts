import { z } from 'zod';
import { userScopes } from '../directory/consent-scopes.ts';
import { fieldControls } from '../directory/settings.ts';

const json = z.record(z.string(), z.unknown());
const id = z.string().min(1).optional();
const roleType = z.enum(['User', 'MachineToMachine']).default('User');
const resourceScope = z.strictObject({
  resource: z.string().describe("The resource's indicator"),
  name: z.string(),
});

/** The most that a third-party application can request, beside `openid` and `offline_access`. */
const consentScopes = {
  userScopes: z.array(z.enum(userScopes)).default([]),
  resourceScopes: z.array(resourceScope).default([]),
  organizationScopes: z.array(z.string()).default([]).describe('Names'),
  organizationResourceScopes: z.array(resourceScope).default([]),
};

const application = z.strictObject({
  id,
  name: z.string(),
  type: z.enum(['SPA', 'Traditional', 'Native', 'MachineToMachine']),
  secret: z.string().min(1).optional(),
  description: z.string().nullable().default(null),
  redirectUris: z.array(z.string()).default([]),
  postLogoutRedirectUris: z.array(z.string()).default([]),
  corsAllowedOrigins: z.array(z.string()).default([]),
  managementApi: z.boolean().default(false).describe('Gives it the role "Logto Management API access"'),
  customClientMetadata: json.default({}),
  roles: z.array(z.string()).default([]).describe('Names or ids of machine-to-machine roles'),
  isThirdParty: z.boolean().default(false).describe('Asks users for their consent'),
  consentScopes: z.strictObject(consentScopes).optional().describe('Of a third-party application'),
});

const resource = z.strictObject({
  id,
  name: z.string(),
  indicator: z.url(),
  accessTokenTtl: z.int().positive().default(3600).describe('Seconds'),
  scopes: z.array(z.strictObject({ id, name: z.string(), description: z.string().optional() })).default([]),
});

const hook = z.strictObject({
  id,
  name: z.string(),
  events: z.array(z.string()).min(1),
  url: z.url(),
  headers: z.record(z.string(), z.string()).optional(),
  signingKey: z.string().min(1).optional(),
  enabled: z.boolean().default(true),
});

const user = z.strictObject({
  id,
  username: z.string().optional(),
  primaryEmail: z.string().optional(),
  primaryPhone: z.string().optional(),
  name: z.string().optional(),
  avatar: z.string().optional(),
  password: z.string().optional(),
  customData: json.default({}),
  profile: json.default({}),
  isSuspended: z.boolean().default(false),
  createdAt: z.number().optional().describe('Epoch milliseconds; now when absent'),
  lastSignInAt: z.number().optional().describe('Epoch milliseconds; never when absent'),
  roles: z.array(z.string()).default([]).describe('Names or ids of user roles'),
});

const role = z.strictObject({
  id,
  name: z.string(),
  description: z.string().optional(),
  type: roleType,
  isDefault: z.boolean().default(false),
  scopes: z.array(resourceScope).default([]),
});

const organization = z.strictObject({
  id,
  name: z.string(),
  description: z.string().nullable().default(null),
  customData: json.default({}),
  members: z
    .array(z.strictObject({ userId: z.string(), roles: z.array(z.string()).default([]) }))
    .default([]),
});

const organizationRole = z.strictObject({
  id,
  name: z.string(),
  description: z.string().nullable().default(null),
  type: roleType,
  scopes: z.array(z.string()).default([]).describe('Names of organization scopes'),
  resourceScopes: z.array(resourceScope).default([]),
});

const organizationScope = z.strictObject({
  id,
  name: z.string(),
  description: z.string().nullable().default(null),
});

const connector = z.strictObject({
  id,
  connectorId: z.string().describe('One for email, such as "simple-mail-transfer-protocol"'),
  config: json.default({}),
});

export const signInExperienceChanges = z
  .looseObject({
    socialSignInConnectorTargets: z.array(z.string()),
    signInMode: z.enum(['SignIn', 'Register', 'SignInAndRegister']),
    sentinelPolicy: z.looseObject({
      maxAttempts: z.number().int().positive().optional(),
      lockoutDuration: z.number().positive().optional(),
    }),
    passwordPolicy: z.looseObject({
      length: z.looseObject({ min: z.number().int().positive().optional() }).optional(),
    }),
  })
  .partial();

const control = z.enum(fieldControls).optional();
export const accountCenterChanges = z
  .object({
    enabled: z.boolean(),
    fields: z.object({
      name: control,
      avatar: control,
      profile: control,
      email: control,
      phone: control,
      password: control,
      username: control,
      social: control,
      customData: control,
      mfa: control,
      session: control,
    }),
    webauthnRelatedOrigins: z.array(z.string()),
    deleteAccountUrl: z.string().nullable(),
    customCss: z.string().nullable(),
    profileFields: z.array(z.looseObject({ name: z.string() })).nullable(),
  })
  .partial();

const cimd = z.strictObject({
  enabled: z.boolean().default(true),
  loopbackDocuments: z.boolean().optional().describe('Allows https://localhost, fetched over HTTP'),
  ...consentScopes,
});

/** Roles are referenced by name or id. */
const seedSchema = z.strictObject({
  $schema: z.string().optional(),
  applications: z.array(application).default([]),
  resources: z.array(resource).default([]),
  hooks: z.array(hook).default([]),
  users: z.array(user).default([]),
  roles: z.array(role).default([]),
  organizations: z.array(organization).default([]),
  organizationRoles: z.array(organizationRole).default([]),
  organizationScopes: z.array(organizationScope).default([]),
  /** Without a connector, Logto cannot send invitations. Mail goes to the emulator's inbox. */
  connectors: z.array(connector).max(1).default([]),
  /** Changes to the sign-in experience, such as `socialSignInConnectorTargets: ['google']`. */
  signInExperience: signInExperienceChanges.optional(),
  /** The account API, which is off by default: `{ enabled: true, fields: { name: 'Edit' } }`. */
  accountCenter: accountCenterChanges.optional(),
  /** Clients whose id is the URL of a Client ID Metadata Document. */
  cimd: cimd.optional(),
});

/**
 * The initial content of an emulator, as written in a seed file. Every field is optional except names; ids that
 * are left out are derived from the names.
 */
export type Seed = z.input<typeof seedSchema>;
export type ParsedSeed = z.output<typeof seedSchema>;

/** The seed is invalid, or refers to something that does not exist. The message names the location. */
export class SeedError extends Error {
  override readonly name = 'SeedError';
  readonly code = 'INVALID_SEED';
}

/** @throws SeedError with every mistake */
export function parseSeed(seed: unknown): ParsedSeed {
  const parsed = seedSchema.safeParse(seed ?? {});
  if (!parsed.success) throw new SeedError(z.prettifyError(parsed.error));
  return parsed.data;
}
