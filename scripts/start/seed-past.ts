import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { urlOfRunningPostgres } from '@latchkey/embedded-postgres';
import { call, pollUntil, managementToken } from './http.ts';
import { staff } from './seed-staff.ts';
import { hasPast, type Settings } from './settings.ts';
import type { StartContext } from './supervisor.ts';

const amelia = 'ameliahart01';
const daniel = 'danielokoro2';
const seoyeon = 'seoyeonkim03';
const maximiliana = 'maxiwolfes04';
const brightwater = 'brightwater1';

const day = 86_400;
/** Waits for the server or Permit, at most a minute. */
const until = (condition: () => Promise<boolean>): Promise<void> =>
  pollUntil(condition, AbortSignal.timeout(60_000));

/** Calls a procedure of the server as a user, in an organization or the default tenant. Returns its result. */
type Act = (
  who: string,
  procedure: string,
  given?: { readonly input?: object; readonly organization?: string; readonly method?: 'GET' },
) => Promise<Record<string, unknown>>;

/** Runs a part of the history, and dates its effects this many days ago. */
type DaysAgo = <Result>(days: number, run: () => Promise<Result>) => Promise<Result>;

/**
 * On fresh data, creates a history of three months, so that the console looks like a real organization's. Calls the
 * server's procedures as users, then moves the results into the past. `SEED_PAST=off` disables it.
 */
export async function seedPast({ settings, report, supervisor }: StartContext): Promise<void> {
  const { dataDir, environment } = settings;
  const doneFile = join(dataDir, 'past-seeded');
  if (!hasPast(settings) || existsSync(doneFile)) return;
  await report.step('Past', async () => {
    try {
      const moments = createMoments();
      const act = createAct(settings);
      // First, because all users must be in Permit, and nothing else may write to it until then.
      if (environment['SYNC_SWEEP_MINUTES'] === '0') await act(amelia, 'sync.reconcile', { input: {} });
      // The server compares the whole directory at start-up unless sweeps are off.
      await until(async () => Boolean((await act(amelia, 'sync.status', { method: 'GET' })).lastReal));
      moments.add(92, { since: 0 });
      await live(act, moments.daysAgo);
      await moveToPast(moments.all, { settings, supervisor });
      await seedReview(act);
      await seedDeadLetter(settings);
    } catch (error) {
      // Only a warning: the console works without a history.
      return `incomplete: ${error instanceof Error ? error.message : String(error)}`;
    } finally {
      // Also after a failure: another attempt would duplicate a partial history.
      writeFileSync(doneFile, '');
    }
    return 'Reports, requests and audit events of three months, an access review, and a delivery that failed.';
  });
}

/**
 * A period to backdate: the events between `from` and `until` are shifted so that the period starts at `to`; see
 * `apps/server/src/testing/move-to-past.ts`.
 */
interface Moment {
  readonly from: number;
  readonly until: number;
  readonly to: number;
}

function createMoments() {
  const all: Moment[] = [];
  const add = (days: number, { since }: { readonly since: number }): void => {
    const until = Date.now();
    // Without a beginning (0), the period begins an hour ago, so that it includes the start of the installation.
    all.push({ from: since || until - 3_600_000, until, to: until - days * 86_400_000 });
  };
  const daysAgo: DaysAgo = async (days, run) => {
    const since = Date.now();
    try {
      return await run();
    } finally {
      add(days, { since });
    }
  };
  return { all, add, daysAgo };
}

async function moveToPast(
  moments: readonly Moment[],
  { settings, supervisor }: Pick<StartContext, 'settings' | 'supervisor'>,
): Promise<void> {
  const { dataDir, environment } = settings;
  const databaseUrl = environment['DATABASE_URL'] || (await urlOfRunningPostgres(dataDir));
  const file = join(dataDir, 'past.json');
  writeFileSync(file, JSON.stringify({ databaseUrl, moments }), { mode: 0o600 });
  try {
    await supervisor.once('past', { args: ['apps/server/src/testing/move-to-past.ts', file] });
  } finally {
    rmSync(file);
  }
}

async function live(act: Act, daysAgo: DaysAgo): Promise<void> {
  const create = async (who: string, input: object): Promise<string> =>
    String((await act(who, 'reports.create', { input })).id);

  await daysAgo(90, async () => {
    for (const subject of [employee('emily'), employee('kenji'), employee('sofia')])
      await act(amelia, 'members.assign', { input: { subject, role: 'editor' } });
    await act(amelia, 'members.assign', { input: { subject: employee('james'), role: 'admin' } });
  });
  await daysAgo(63, async () => {
    const input = titled('Administrators, before the audit of the insurers');
    const id = await create(amelia, { ...input, roles: ['admin'] });
    await act(amelia, 'reports.publish', on(id));
    await act(amelia, 'reports.classify', on(id, { classification: 'confidential' }));
    const board = await act(amelia, 'collections.create', { input: { title: 'For the board' } });
    await act(amelia, 'collections.add', on(String(board.id), { report: id }));
  });
  const quarterly = await daysAgo(56, async () => {
    const id = await create(daniel, titled('Access review, third quarter'));
    await act(daniel, 'reports.publish', on(id));
    return id;
  });
  await daysAgo(55, async () => {
    const { id } = await act(amelia, 'collections.create', { input: { title: 'Quarterly reviews' } });
    await act(amelia, 'collections.add', on(String(id), { report: quarterly }));
    await act(amelia, 'collections.share', on(String(id), { subject: employee('hana'), role: 'reader' }));
  });
  await daysAgo(47, async () => {
    const id = await create(employee('emily'), { title: 'Machine identities', kind: 'machines' });
    await act(employee('emily'), 'reports.publish', on(id));
  });
  await daysAgo(41, () =>
    decide(act, {
      who: seoyeon,
      input: {
        target: { kind: 'instance', resource: 'reports', id: quarterly, role: 'editor' },
        reason: 'I add the comments of the finance team before the review is sent.',
        duration: null,
      },
      by: daniel,
    }),
  );
  await daysAgo(33, async () => {
    const input = {
      target: { kind: 'role', role: 'admin' },
      reason: 'I look after the subsidiary.',
      duration: 30 * day,
    };
    const { id } = await act(maximiliana, 'requests.create', { input });
    const note = 'Please ask for Editor, and for a week. The board names administrators.';
    await act(amelia, 'requests.refuse', on(String(id), { note }));
  });
  await daysAgo(26, async () => {
    const id = await create(employee('kenji'), { title: 'No sign-in for 90 days', kind: 'dormant' });
    await act(employee('kenji'), 'reports.publish', on(id));
  });
  await daysAgo(15, () =>
    act(amelia, 'members.unassign', { input: { subject: employee('sofia'), role: 'editor' } }),
  );
  // The role ends tomorrow.
  await daysAgo(6, () =>
    decide(act, {
      who: employee('grace'),
      input: asEditor('I prepare the yearly review while Daniel is away.', 7 * day),
      by: amelia,
      duration: day,
    }),
  );
  await daysAgo(2, () => create(daniel, titled('Access review, fourth quarter')));
  await daysAgo(1, async () => {
    await act(maximiliana, 'requests.create', {
      input: asEditor('For the review of the subsidiary, as you suggested.', 7 * day),
    });
    await act(employee('mateo'), 'requests.create', {
      input: asEditor('I take over the access reports of my team from Sofia.', null),
    });
    await act(seoyeon, 'requests.create', {
      organization: brightwater,
      input: asEditor('The ward managers need their access report by Friday.', 30 * day),
    });
    await act(amelia, 'invitations.create', {
      organization: brightwater,
      input: { emails: ['leila.haddad@brightwater.example'] },
    });
  });
}

async function seedReview(act: Act): Promise<void> {
  const input = {
    name: 'Privileged access, fourth quarter',
    scope: { kind: 'privileged' },
    reviewers: { kind: 'role', role: 'admin' },
    dueAt: new Date(Date.now() + 14 * day * 1_000).toISOString(),
    recurrence: 'quarterly',
  };
  const { id } = await act(amelia, 'reviews.create', { input });
  const review = on(String(id));
  await until(async () => {
    const { status } = await act(amelia, 'reviews.get', { ...review, method: 'GET' });
    return status === 'draft';
  });
  await act(amelia, 'reviews.start', review);
  const { items } = await act(amelia, 'reviews.rows', {
    ...on(String(id), { subject: employee('james') }),
    method: 'GET',
  });
  const reason = 'James is on call for the console until the end of the year.';
  await act(amelia, 'reviews.decide', on(String(id), { rows: items, decision: 'keep', reason }));
}

/** Resolves when the role is assigned. */
async function decide(
  act: Act,
  { who, input, by, duration }: { who: string; input: object; by: string; duration?: number },
): Promise<void> {
  const { id } = await act(who, 'requests.create', { input });
  await act(by, 'requests.approve', { input: { id, ...(duration && { duration }) } });
  await until(async () => {
    const { grant } = await act(by, 'requests.get', { input: { id }, method: 'GET' });
    return Object(grant).status === 'active';
  });
}

const on = (id: string, more: object = {}) => ({ input: { id, ...more } });

const employee = (username: string): string => staff.find((one) => one.username === username)?.id ?? '';

const titled = (title: string) => ({ title, kind: 'access-review' });

const asEditor = (reason: string, duration: number | null) => ({
  target: { kind: 'role', role: 'editor' },
  reason,
  duration,
});

function createAct({ serverUrl, logto, appId, apiResource }: Settings): Act {
  // Each sign-in opens a session and sends a webhook, which the console shows.
  const signIns = new Map<string, ReturnType<typeof call>>();
  return async (who, procedure, { input = {}, organization: organizationId, method } = {}) => {
    const key = `${who}@${organizationId}`;
    const body = { user: who, app: appId, resource: apiResource, organizationId };
    const signIn = signIns.get(key) ?? call(`${logto.endpoint}/_emulator/tokens`, { body });
    signIns.set(key, signIn);
    const token = String((await signIn).accessToken);
    const url = `${serverUrl}/api/trpc/${procedure}`;
    const answer =
      method === 'GET'
        ? await call(`${url}?input=${encodeURIComponent(JSON.stringify(input))}`, { method, token })
        : await call(url, { body: input, token });
    return Object(Object(answer['result']).data);
  };
}

/**
 * Permit refuses one change, so that directory sync gives up on the delivery: the console shows why, and a replay
 * creates the user in Permit.
 */
async function seedDeadLetter({ logto, permit }: Settings): Promise<void> {
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
    await until(async () => {
      const left: unknown = await (await fetch(faults)).json();
      return Array.isArray(left) && left.length === 0;
    });
  } finally {
    await fetch(faults, { method: 'DELETE' });
  }
}
