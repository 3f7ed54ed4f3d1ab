import { z } from 'zod';
import type { HttpResponse } from '../http/request.ts';
import { failed, ok, skipped, type Verdict } from './verdict.ts';

const Application = z.object({ name: z.string(), type: z.string() });

/** Checks the application that people sign in to. @param get - calls the Management API */
export async function examineApplication(
  id: string | undefined,
  get: (path: string) => Promise<HttpResponse | string>,
): Promise<Verdict> {
  const about = 'Logto application';
  if (id === undefined) {
    return skipped(about, 'LOGTO_APP_ID is not set.', "Set it to the single-page application's App ID.");
  }
  const answer = await get(`/applications/${encodeURIComponent(id)}`);
  if (typeof answer === 'string') {
    return failed(about, `Logto does not answer: ${answer}.`, 'Try again.');
  }
  if (answer.status === 404) {
    return failed(
      about,
      `Logto has no application ${id}: nobody can sign in.`,
      "Set LOGTO_APP_ID to the App ID that Logto's console shows.",
    );
  }
  const application = Application.safeParse(answer.body).data;
  if (answer.status !== 200 || application === undefined) {
    return failed(about, `Logto answered ${answer.status}, not the application.`, "See Logto's log.");
  }
  return application.type === 'SPA'
    ? ok(about, `${application.name}, a single-page application.`)
    : failed(
        about,
        `${application.name} is of the type ${application.type}: nobody can sign in to the console.`,
        'Create a single-page application in Logto, and set LOGTO_APP_ID to its App ID.',
      );
}
