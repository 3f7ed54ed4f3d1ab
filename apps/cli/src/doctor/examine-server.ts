import { z } from 'zod';
import { request } from '../http/request.ts';
import { connectServer } from '../server/connect-server.ts';
import { ServerEnvironment } from '../server/environment.ts';
import type { DoctorEnv } from './environment.ts';
import { failed, failedBy, ok, skipped, type Verdict } from './verdict.ts';

const Readiness = z.object({ status: z.string(), components: z.record(z.string(), z.string()) });

/** Checks that the server is ready, and that the application of `latchkey sync` may read the state of sync. */
export async function examineServer(env: DoctorEnv): Promise<Verdict[]> {
  const { LATCHKEY_URL: url } = env;
  if (url === undefined) {
    return [
      skipped(
        'Server',
        'LATCHKEY_URL is not set.',
        'Set it to where the server answers, for instance http://localhost:3000.',
      ),
    ];
  }
  const readiness = await examineReadiness(url);
  return readiness.state === 'ok' ? [readiness, await examineAccess(env)] : [readiness];
}

async function examineReadiness(url: string): Promise<Verdict> {
  const about = 'Server';
  const response = await request(`${url}/readyz`);
  if (typeof response === 'string') {
    return failed(
      about,
      `${url} does not answer: ${response}.`,
      'Start the server, or correct LATCHKEY_URL.',
    );
  }
  const readiness = Readiness.safeParse(response.body).data;
  if (readiness === undefined) {
    return failed(about, `What answers at ${url} is not Latchkey's server.`, 'Correct LATCHKEY_URL.');
  }
  if (response.status === 200) return ok(about, `${url} is ready.`);
  const missing = Object.entries(readiness.components).flatMap(([name, state]) =>
    state === 'ok' ? [] : [name],
  );
  return failed(
    about,
    `It cannot serve without its ${missing.join(' and ')}.`,
    "See why in the server's log.",
  );
}

async function examineAccess(env: DoctorEnv): Promise<Verdict> {
  const about = 'Server access';
  const complete = ServerEnvironment.safeParse(env).data;
  if (complete === undefined) {
    return skipped(
      about,
      'It takes a machine-to-machine application to ask.',
      'Set LOGTO_ENDPOINT, LOGTO_API_RESOURCE, LOGTO_M2M_APP_ID and LOGTO_M2M_APP_SECRET.',
    );
  }
  try {
    await connectServer(complete).call((api) => api.sync.status.query());
    return ok(about, `${complete.LOGTO_M2M_APP_ID} may see directory sync.`);
  } catch (error) {
    return failedBy(about, error);
  }
}
