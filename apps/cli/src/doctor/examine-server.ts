import { z } from 'zod';
import { ask } from '../http/request.ts';
import { connectServer } from '../server/connect-server.ts';
import { ServerEnvironment } from '../server/environment.ts';
import type { DoctorEnv } from './environment.ts';
import { failed, failedBy, ok, skipped, type Verdict } from './verdict.ts';

const Readiness = z.object({ status: z.string(), components: z.record(z.string(), z.string()) });

/** Whether the server can serve, and whether the application that asks for `latchkey sync` may look. */
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
  const answer = await ask(`${url}/readyz`);
  if (typeof answer === 'string') {
    return failed(about, `${url} does not answer: ${answer}.`, 'Start the server, or correct LATCHKEY_URL.');
  }
  const readiness = Readiness.safeParse(answer.body).data;
  if (readiness === undefined) {
    return failed(about, `What answers at ${url} is not Latchkey's server.`, 'Correct LATCHKEY_URL.');
  }
  if (answer.status === 200) return ok(about, `${url} is ready.`);
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
    await connectServer(complete).ask((api) => api.sync.status.query());
    return ok(about, `${complete.LOGTO_M2M_APP_ID} may see directory sync.`);
  } catch (error) {
    return failedBy(about, error);
  }
}
