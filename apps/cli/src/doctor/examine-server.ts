import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ActionableError } from '../actionable-error.ts';
import { request } from '../http/request.ts';
import { connectServer, type SyncStatus } from '../server/connect-server.ts';
import { ServerEnvironment, type DoctorEnv } from '../env.ts';
import { verdictsOf, type Verdict } from './verdict.ts';
import { formatTime } from '../sync/describe-run.ts';
import { decisionsIn } from '../sync/status.ts';

const Config = z.object({
  logto: z.object({ endpoint: z.string(), appId: z.string() }),
  apiResource: z.string(),
});
/**
 * Milliseconds after which a grant applies on the server: the PDP has it within two seconds, and the server caches
 * denials for five (`packages/permissions/src/permit/decider-defaults.ts`).
 */
const rememberedFor = 8_000;

const Readiness = z.object({ status: z.string(), components: z.record(z.string(), z.string()) });

export async function examineServer(env: DoctorEnv): Promise<Verdict[]> {
  const { LATCHKEY_URL: url } = env;
  if (url === undefined) {
    return [
      verdictsOf('Server').skipped(
        'LATCHKEY_URL is not set.',
        'Set it to where the server answers, for instance http://localhost:3000.',
      ),
    ];
  }
  const readiness = await examineReadiness(url);
  if (readiness.some(({ state }) => state !== 'ok')) return readiness;
  return [...readiness, ...(await examineSettings(env)), ...(await examineAccess(env))];
}

/** Messages for the components of the server that are not ready, by name and state. */
const outages: Readonly<Record<string, { readonly says: string; readonly fix: string }>> = {
  'database unavailable': {
    says: 'Its PostgreSQL does not respond: all calls fail, and deliveries get 503.',
    fix: "Fix PostgreSQL: check DATABASE_URL and PostgreSQL's log. The server needs no restart.",
  },
  'jwks unavailable': {
    says: "It cannot fetch Logto's keys: users cannot sign in.",
    fix: 'On its machine, check LOGTO_ENDPOINT, DNS and any proxy.',
  },
  'pdp unavailable': {
    says: 'Its PDP does not answer: every call gets 503, and no user is denied.',
    fix: 'Start the PDP, or check PERMIT_PDP_URL and PERMIT_API_KEY on its machine.',
  },
  'pdp wrong': {
    says: 'Its PDP decides incorrectly: it allows an unknown user, or does not know the policy.',
    fix: 'If the check of the PDP here reports that an unknown user is allowed, stop the PDP first. Otherwise apply the policy, or give the PDP the key of the same environment.',
  },
};

async function examineReadiness(url: string): Promise<Verdict[]> {
  const check = verdictsOf('Server');
  const response = await request(`${url}/readyz`);
  if (typeof response === 'string') {
    const fix = 'Start the server, or correct LATCHKEY_URL.';
    return [check.failed(`${url} does not answer: ${response}.`, fix)];
  }
  const readiness = Readiness.safeParse(response.body).data;
  if (readiness === undefined) {
    return [check.failed(`The program at ${url} is not Latchkey's server.`, 'Correct LATCHKEY_URL.')];
  }
  const failing = Object.entries(readiness.components).filter(([, state]) => state !== 'ok');
  if (response.status === 200 && failing.length === 0) {
    // The server migrates its tables before it listens.
    const parts = "its database is migrated and answers, Logto's keys are known, and the PDP decides";
    return [check.ok(`${url} is ready: ${parts}.`)];
  }
  return failing.map(([name, state]) => {
    const unknown = { says: `Its ${name} is ${state}.`, fix: "The server's log has the reason." };
    const { says, fix } = outages[`${name} ${state}`] ?? unknown;
    return check.failed(says, fix);
  });
}

async function examineAccess(env: DoctorEnv): Promise<Verdict[]> {
  const check = verdictsOf('Server access');
  const complete = ServerEnvironment.safeParse(env).data;
  if (complete === undefined) {
    const fix = 'Set LOGTO_ENDPOINT, LOGTO_API_RESOURCE, LOGTO_M2M_APP_ID and LOGTO_M2M_APP_SECRET.';
    return [check.skipped('This check needs a machine-to-machine application.', fix)];
  }
  const server = connectServer(complete);
  for (const end = Date.now() + rememberedFor; ; await sleep(500)) {
    try {
      const status = await server.call((api) => api.sync.status.query());
      return [check.ok(`${complete.LOGTO_M2M_APP_ID} can view directory sync.`), ...examineSync(status)];
    } catch (error) {
      const isDenied = error instanceof ActionableError && error.code === 'FORBIDDEN';
      if (!isDenied || Date.now() > end) return [check.failedBy(error)];
    }
  }
}

/** Compares the server's settings with the local ones, which the other checks use. */
async function examineSettings(env: DoctorEnv): Promise<Verdict[]> {
  const check = verdictsOf('Server settings');
  const response = await request(`${env.LATCHKEY_URL}/api/config`);
  const config = typeof response === 'string' ? undefined : Config.safeParse(response.body).data;
  if (config === undefined) {
    return [check.failed('The server does not report its settings.', "The server's log has the reason.")];
  }
  const settings = [
    ['LOGTO_ENDPOINT', env.LOGTO_ENDPOINT, config.logto.endpoint],
    ['LOGTO_APP_ID', env.LOGTO_APP_ID, config.logto.appId],
    ['LOGTO_API_RESOURCE', env.LOGTO_API_RESOURCE, config.apiResource],
  ] as const;
  const differing = settings.filter(([, here, there]) => here !== undefined && here !== there);
  return differing.length === 0
    ? [check.ok('the same as here.')]
    : differing.map(([name, here, there]) =>
        check.failed(
          `${name} is ${there} on the server, but ${here} here.`,
          'Use the same value in both places, and restart the server if its value is wrong.',
        ),
      );
}

const check = verdictsOf('Directory sync');

/** @internal exported for tests */
export function examineSync(status: SyncStatus): Verdict[] {
  const { paused, deliveries, delayed } = status;
  const { pending } = deliveries;
  const verdicts = decisionsIn(status).map(({ says, fix, isNotice = false }) =>
    isNotice ? check.notice(says, fix) : check.failed(says, fix),
  );
  if (paused) {
    verdicts.push(
      check.failed(
        'It is paused: new users get no role.',
        'Run latchkey sync resume when the reason is gone.',
      ),
    );
  } else if (delayed !== null) {
    const { count, since, failure } = delayed;
    verdicts.push(
      check.failed(
        `${count} ${count === 1 ? 'delivery waits' : 'deliveries wait'}, the oldest since ${formatTime(since)}${failure === null ? '' : `: ${failure.code}`}.`,
        "latchkey sync delivery <id> shows each attempt: Permit's API or Logto's Management API is unavailable, or limits the rate.",
      ),
    );
  }
  if (verdicts.length > 0) return verdicts;
  return [check.ok(`pending deliveries: ${pending}, dead letters: 0.`)];
}
