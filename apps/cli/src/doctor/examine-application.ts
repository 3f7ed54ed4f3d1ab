import { ActionableError, asActionable } from '../actionable-error.ts';
import { Application } from '../connect/logto-state.ts';
import { LogtoRefusal, type Management } from '../connect/management.ts';
import type { DoctorEnv } from './environment.ts';
import { failed, failedBy, ok, skipped, type Verdict } from './verdict.ts';

const about = 'Logto application';

/** Checks the application that people sign in to, and that it leads back to the console. */
export async function examineApplication(
  { LOGTO_APP_ID: id, CONSOLE_URL: origin }: DoctorEnv,
  management: Management,
): Promise<Verdict> {
  if (id === undefined) {
    return skipped(about, 'LOGTO_APP_ID is not set.', "Set it to the single-page application's App ID.");
  }
  const application = await management
    .get(`/applications/${encodeURIComponent(id)}`, Application)
    .catch(asActionable);
  if (application instanceof LogtoRefusal && application.status === 404) {
    return failed(
      about,
      `Logto has no application ${id}: nobody can sign in.`,
      "Set LOGTO_APP_ID to the App ID that Logto's console shows.",
    );
  }
  if (application instanceof ActionableError) return failedBy(about, application);
  const { name, type, oidcClientMetadata } = application;
  if (type !== 'SPA') {
    return failed(
      about,
      `${name} is of the type ${type}: nobody can sign in to the console.`,
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
    ? ok(
        about,
        `${name}, a single-page application${origin === undefined ? '' : ` that leads back to ${origin}`}.`,
      )
    : failed(
        about,
        `${name} does not have ${missing.join(' and ')}: who signs in or out there is stopped at Logto.`,
        'latchkey doctor --fix adds it; or correct CONSOLE_URL.',
      );
}
