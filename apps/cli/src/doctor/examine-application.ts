import { ActionableError } from '../actionable-error.ts';
import { Application } from '../connect/logto-state.ts';
import { LogtoRefusal, type Management } from '../connect/management.ts';
import { failed, failedBy, ok, skipped, type Verdict } from './verdict.ts';

/** Checks the application that people sign in to. */
export async function examineApplication(id: string | undefined, management: Management): Promise<Verdict> {
  const about = 'Logto application';
  if (id === undefined) {
    return skipped(about, 'LOGTO_APP_ID is not set.', "Set it to the single-page application's App ID.");
  }
  const application = await management
    .get(`/applications/${encodeURIComponent(id)}`, Application)
    .catch((error: unknown) => {
      if (error instanceof ActionableError) return error;
      throw error;
    });
  if (application instanceof LogtoRefusal && application.status === 404) {
    return failed(
      about,
      `Logto has no application ${id}: nobody can sign in.`,
      "Set LOGTO_APP_ID to the App ID that Logto's console shows.",
    );
  }
  if (application instanceof ActionableError) return failedBy(about, application);
  return application.type === 'SPA'
    ? ok(about, `${application.name}, a single-page application.`)
    : failed(
        about,
        `${application.name} is of the type ${application.type}: nobody can sign in to the console.`,
        'Create a single-page application in Logto, and set LOGTO_APP_ID to its App ID.',
      );
}
