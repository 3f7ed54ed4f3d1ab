import { directoryMapping } from '@latchkey/policy/directory';
import { z } from 'zod';
import { AccountCenter, editableAttributes } from '@latchkey/directory-sync';
import { ActionableError, asActionable } from '../actionable-error.ts';
import { Hook, Application } from '../connect/logto-state.ts';
import { createManagement, type Management, LogtoRefusal } from '../connect/management.ts';
import type { DoctorEnv } from '../env.ts';
import { examineHooks } from './examine-hooks.ts';
import { verdictsOf, type Verdict } from './verdict.ts';

export async function examineManagement(env: DoctorEnv): Promise<Verdict[]> {
  const check = verdictsOf('Logto Management API');
  const management = managementOf(env);
  if (management === undefined) {
    return [
      check.skipped(
        'Without a machine-to-machine application, sync has only the webhook payloads, and the application and the webhook cannot be checked.',
        'Set LOGTO_M2M_APP_ID and LOGTO_M2M_APP_SECRET.',
      ),
    ];
  }
  const hooks = await management.get('/hooks', z.array(Hook)).catch(asActionable);
  if (hooks instanceof ActionableError) return [check.failedBy(hooks)];
  return [
    check.ok(`${env.LOGTO_M2M_APP_ID} can read it.`),
    await examineApplication(env, management),
    ...(await examineTrustedApplications(env, management)),
    await examineAccountApi(management),
    await examineRegistration(management),
    ...(await examineHooks(env, hooks)),
  ];
}

export function managementOf(env: DoctorEnv): Management | undefined {
  const { LOGTO_ENDPOINT: endpoint, LOGTO_M2M_APP_ID: appId, LOGTO_M2M_APP_SECRET: appSecret } = env;
  if (endpoint === undefined || appId === undefined || appSecret === undefined) return undefined;
  return createManagement({ endpoint, appId, appSecret, resource: env.LOGTO_MANAGEMENT_RESOURCE });
}

const SignInExperience = z.object({ signInMode: z.string() });

/** Reports open registration, because every new account gets the default role. */
async function examineRegistration(management: Management): Promise<Verdict> {
  const check = verdictsOf('Logto registration');
  const experience = await management.get('/sign-in-exp', SignInExperience).catch(asActionable);
  if (experience instanceof ActionableError) return check.failedBy(experience);
  if (experience.signInMode === 'SignIn') return check.ok('only administrators create accounts.');
  return check.notice(
    `Anyone can sign up, and every new account gets the role ${directoryMapping.defaultRole}.`,
    'Unless you want that, turn off user registration in Logto’s sign-in experience, under "Sign-up and sign-in".',
  );
}

/**
 * Checks that users cannot edit the fields that attributes in policy conditions come from.
 * @internal exported for tests
 */
export async function examineAccountApi(
  management: Management,
  mapping: Pick<typeof directoryMapping, 'attributes'> = directoryMapping,
): Promise<Verdict> {
  const check = verdictsOf('Logto account API');
  const settings = await management.get('/account-center', AccountCenter).catch(asActionable);
  // This Logto has no account API.
  if (settings instanceof LogtoRefusal && settings.status === 404) return check.ok('Logto has none.');
  if (settings instanceof ActionableError) return check.failedBy(settings);
  const editable = editableAttributes(mapping, settings);
  if (editable.length === 0) return check.ok('users cannot edit the fields that their attributes come from.');
  const named = editable.map(({ name, path }) => `${name} (from ${path.join('.')})`).join(', ');
  return check.failed(
    `Users can edit their own ${named}, so sync ignores it.`,
    'In Logto’s account center, set the field to ReadOnly or Off, or take the attribute from a role in the directory mapping.',
  );
}

const check = verdictsOf('Logto application');

async function examineApplication(
  { LOGTO_APP_ID: id, CONSOLE_URL: origin }: DoctorEnv,
  management: Management,
): Promise<Verdict> {
  if (id === undefined) {
    return check.skipped('LOGTO_APP_ID is not set.', "Set it to the single-page application's App ID.");
  }
  const application = await readApplication(id, management);
  if (application === undefined) {
    return check.failed(
      `Logto has no application ${id}: users cannot sign in.`,
      "Set LOGTO_APP_ID to the App ID that Logto's console shows.",
    );
  }
  if (application instanceof ActionableError) return check.failedBy(application);
  const { name, type, oidcClientMetadata } = application;
  if (type !== 'SPA') {
    return check.failed(
      `${name} is of the type ${type}: users cannot sign in to the console.`,
      'Create a single-page application in Logto, and set LOGTO_APP_ID to its App ID.',
    );
  }
  const { redirectUris, postLogoutRedirectUris } = oidcClientMetadata;
  const missing =
    origin === undefined
      ? []
      : [
          ...(redirectUris.includes(`${origin}/callback`) ? [] : [`the redirect URI ${origin}/callback`]),
          ...(postLogoutRedirectUris.includes(`${origin}/`)
            ? []
            : [`the post sign-out redirect URI ${origin}/`]),
        ];
  return missing.length === 0
    ? check.ok(
        `${name}, a single-page application${origin === undefined ? '' : ` that returns to ${origin}`}.`,
      )
    : check.failed(
        `${name} lacks ${missing.join(' and ')}: Logto refuses sign-ins or sign-outs there.`,
        'latchkey doctor --fix adds it; or correct CONSOLE_URL.',
      );
}

async function examineTrustedApplications(
  { LOGTO_TRUSTED_APP_IDS: named = '' }: DoctorEnv,
  management: Management,
): Promise<Verdict[]> {
  const ids = named.split(',').map((id) => id.trim());
  return Promise.all(ids.filter((id) => id !== '').map((id) => examineTrusted(id, management)));
}

async function examineTrusted(id: string, management: Management): Promise<Verdict> {
  const check = verdictsOf('Logto trusted application');
  const application = await readApplication(id, management);
  if (application instanceof ActionableError) return check.failedBy(application);
  return application === undefined
    ? check.failed(
        `Logto has no application ${id}: the server accepts none of its tokens.`,
        "Set LOGTO_TRUSTED_APP_IDS to App IDs that Logto's console shows.",
      )
    : check.ok(`${application.name} has the permissions of its users.`);
}

async function readApplication(
  id: string,
  management: Management,
): Promise<Application | ActionableError | undefined> {
  const application = await management
    .get(`/applications/${encodeURIComponent(id)}`, Application)
    .catch(asActionable);
  return application instanceof LogtoRefusal && application.status === 404 ? undefined : application;
}
