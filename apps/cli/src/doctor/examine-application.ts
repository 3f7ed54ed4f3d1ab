import { ActionableError, asActionable } from '../actionable-error.ts';
import { Application } from '../connect/logto-state.ts';
import { LogtoRefusal, type Management } from '../connect/management.ts';
import type { DoctorEnv } from './environment.ts';
import { verdictsOf, type Verdict } from './verdict.ts';

const check = verdictsOf('Logto application');

/** Checks the application for sign-in, and that it redirects to the console. */
export async function examineApplication(
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

/** Checks that Logto has each of the other applications whose tokens the server accepts. */
export async function examineTrustedApplications(
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

/** `undefined`: Logto has no such application. */
async function readApplication(
  id: string,
  management: Management,
): Promise<Application | ActionableError | undefined> {
  const application = await management
    .get(`/applications/${encodeURIComponent(id)}`, Application)
    .catch(asActionable);
  return application instanceof LogtoRefusal && application.status === 404 ? undefined : application;
}
