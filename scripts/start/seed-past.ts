import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { call, pollUntil, managementToken } from './http.ts';
import type { Settings } from './settings.ts';
import type { StartContext } from './supervisor.ts';

const amelia = 'ameliahart01';
const daniel = 'danielokoro2';
const seoyeon = 'seoyeonkim03';
const maximiliana = 'maxiwolfes04';
const brightwater = 'brightwater1';

const day = 86_400;
/** Of each wait for the server and for Permit. */
const TIMEOUT_MS = 20_000;

/** Calls a procedure of the server as a user, in an organization or the default tenant. Returns its result. */
type Act = (
  who: string,
  procedure: string,
  given: { readonly input?: object; readonly organization?: string },
) => Promise<{ readonly id: string }>;

/**
 * On fresh data: creates a history for the seeded users, so that the console has reports, requests, an invitation and a
 * failed delivery of Logto. It calls the server's own procedures, as users do. `SEED_PAST=off` disables it.
 */
export async function seedPast({ settings, report }: StartContext): Promise<void> {
  const { logto, permit, dataDir, environment } = settings;
  const doneFile = join(dataDir, 'past-seeded');
  const isEmulated = logto.emulatorPort !== undefined && permit.emulatorPorts !== undefined;
  if (!isEmulated || environment['SEED_PAST'] === 'off' || existsSync(doneFile)) return;
  await report.step('Past', async () => {
    try {
      const tokenOf = createTokens(settings);
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      // First: it takes a moment in which nothing else may write to Permit.
      if (environment['SYNC_SWEEP_MINUTES'] !== '0')
        await untilReconciled(settings, { token: await tokenOf(amelia, undefined), signal });
      await seedDeadLetter(settings, signal);
      await live(createAct(settings, tokenOf));
    } catch (error) {
      // The console works without it.
      return `incomplete: ${error instanceof Error ? error.message : String(error)}`;
    } finally {
      // Do not retry a partial history, because it would be duplicated.
      writeFileSync(doneFile, '');
    }
    return 'Reports, requests, an invitation, a delivery that failed.';
  });
}

async function live(act: Act): Promise<void> {
  const quarterly = await act(daniel, 'reports.create', { input: titled('Access review, third quarter') });
  await act(daniel, 'reports.publish', { input: { id: quarterly.id } });
  await act(daniel, 'reports.create', { input: titled('Access review, fourth quarter') });
  const administrators = await act(amelia, 'reports.create', {
    input: titled('Administrators, before the audit of the insurers'),
  });
  await act(amelia, 'reports.publish', { input: { id: administrators.id } });

  const shared = await act(seoyeon, 'requests.create', {
    input: {
      target: { kind: 'instance', resource: 'reports', id: quarterly.id, role: 'editor' },
      reason: 'I add the comments of the finance team before the review is sent.',
      duration: null,
    },
  });
  await act(daniel, 'requests.approve', { input: { id: shared.id } });
  const ending = await act(seoyeon, 'requests.create', {
    input: asEditor('I prepare the yearly review while Daniel is away.', 7 * day),
  });
  // A minute longer than the period in which a grant counts as ending soon.
  await act(amelia, 'requests.approve', { input: { id: ending.id, duration: day + 60 } });
  const refused = await act(maximiliana, 'requests.create', {
    input: {
      target: { kind: 'role', role: 'admin' },
      reason: 'I look after the subsidiary.',
      duration: null,
    },
  });
  await act(amelia, 'requests.refuse', {
    input: { id: refused.id, note: 'Please ask for Editor, and for a week. The board names administrators.' },
  });
  await act(maximiliana, 'requests.create', {
    input: asEditor('For the review of the subsidiary, as you suggested.', 7 * day),
  });

  await act(seoyeon, 'requests.create', {
    organization: brightwater,
    input: asEditor('The ward managers need their access report by Friday.', 30 * day),
  });
  await act(amelia, 'invitations.create', {
    organization: brightwater,
    input: { emails: ['leila.haddad@brightwater.example'] },
  });
}

const titled = (title: string) => ({ title, kind: 'access-review' });

const asEditor = (reason: string, duration: number) => ({
  target: { kind: 'role', role: 'editor' },
  reason,
  duration,
});

/** A server with sweeps compares the whole directory when it starts: waits until that is complete. */
function untilReconciled(
  { serverUrl }: Settings,
  { token, signal }: { readonly token: string; readonly signal: AbortSignal },
): Promise<void> {
  return pollUntil(async () => {
    const { result } = await call(`${serverUrl}/api/trpc/sync.status`, { method: 'GET', token });
    return Boolean(Object(Object(result).data).lastReal);
  }, signal);
}

type TokenOf = (user: string, organizationId: string | undefined) => Promise<string>;

function createTokens({ logto, appId, apiResource }: Settings): TokenOf {
  const tokens = new Map<string, string>();
  return async (user, organizationId) => {
    const key = `${user}@${organizationId ?? ''}`;
    const known = tokens.get(key);
    if (known !== undefined) return known;
    const answer = await call(`${logto.endpoint}/_emulator/tokens`, {
      body: { user, app: appId, resource: apiResource, ...(organizationId && { organizationId }) },
    });
    const token = String(answer['accessToken']);
    tokens.set(key, token);
    return token;
  };
}

function createAct({ serverUrl }: Settings, tokenOf: TokenOf): Act {
  return async (who, procedure, { input = {}, organization }) => {
    const token = await tokenOf(who, organization);
    const answer = await call(`${serverUrl}/api/trpc/${procedure}`, { body: input, token });
    return { id: String(Object(Object(answer['result']).data).id) };
  };
}

/**
 * Creates a user in Logto while Permit refuses one change, so that directory sync gives up on the delivery: the console
 * shows why, and a replay creates the user in Permit.
 */
async function seedDeadLetter(
  { logto, permit }: Pick<Settings, 'logto' | 'permit'>,
  signal: AbortSignal,
): Promise<void> {
  const faults = `${permit.apiUrl}/_emulator/faults`;
  await call(faults, {
    body: {
      method: 'POST',
      path: '/v2/facts/*',
      status: 422,
      body: { message: 'The value of an attribute is not allowed.' },
      count: 1,
    },
  });
  try {
    await call(`${logto.endpoint}/api/users`, {
      token: await managementToken(logto.endpoint),
      body: {
        username: 'tomasz',
        primaryEmail: 'tomasz.zielinski@latchkey.example',
        name: 'Tomasz Zieliński',
      },
    });
    // The fault affects one call only.
    await pollUntil(async () => {
      const left: unknown = await (await fetch(faults)).json();
      return Array.isArray(left) && left.length === 0;
    }, signal);
  } finally {
    await fetch(faults, { method: 'DELETE' });
  }
}
