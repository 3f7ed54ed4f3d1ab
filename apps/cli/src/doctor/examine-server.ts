import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ActionableError } from '../actionable-error.ts';
import { request } from '../http/request.ts';
import { connectServer } from '../server/connect-server.ts';
import { ServerEnvironment } from '../server/environment.ts';
import type { DoctorEnv } from './environment.ts';
import { failed, failedBy, ok, skipped, type Verdict } from './verdict.ts';

const Config = z.object({
  logto: z.object({ endpoint: z.string(), appId: z.string() }),
  apiResource: z.string(),
});
/**
 * Milliseconds after which the server knows of a grant for certain: Permit's PDP learns of it within two seconds, and a denial
 * that the server remembers lasts five (`packages/permissions/src/permit/decider-defaults.ts`).
 */
const rememberedFor = 8_000;

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
  if (readiness.state !== 'ok') return [readiness];
  return [readiness, ...(await examineSettings(env)), await examineAccess(env)];
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
  const server = connectServer(complete);
  for (const end = Date.now() + rememberedFor; ; await sleep(500)) {
    try {
      await server.call((api) => api.sync.status.query());
      return ok(about, `${complete.LOGTO_M2M_APP_ID} may see directory sync.`);
    } catch (error) {
      const isDenied = error instanceof ActionableError && error.code === 'FORBIDDEN';
      if (!isDenied || Date.now() > end) return failedBy(about, error);
    }
  }
}

/** Compares the server's settings with those here: whoever examines other settings than the server's finds nothing. */
async function examineSettings(env: DoctorEnv): Promise<Verdict[]> {
  const about = 'Server settings';
  const response = await request(`${env.LATCHKEY_URL}/api/config`);
  const config = typeof response === 'string' ? undefined : Config.safeParse(response.body).data;
  if (config === undefined) {
    return [failed(about, 'The server does not say what it is set to.', "See why in the server's log.")];
  }
  const settings = [
    ['LOGTO_ENDPOINT', env.LOGTO_ENDPOINT, config.logto.endpoint],
    ['LOGTO_APP_ID', env.LOGTO_APP_ID, config.logto.appId],
    ['LOGTO_API_RESOURCE', env.LOGTO_API_RESOURCE, config.apiResource],
  ] as const;
  const differing = settings.filter(([, here, there]) => here !== undefined && here !== there);
  return differing.length === 0
    ? [ok(about, 'the same as here.')]
    : differing.map(([name, here, there]) =>
        failed(
          about,
          `${name} is ${there} at the server, and ${here} here.`,
          'Give both the same, and restart the server if its value is wrong.',
        ),
      );
}
