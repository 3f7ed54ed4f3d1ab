import { type Page, type Route, expect, type APIRequestContext } from '@playwright/test';

/** A state of a page other than loaded, caused by the server's responses to its queries. */
export type FakedState = 'failed' | 'denied' | 'outage' | 'empty' | 'long names';

const refusal = (code: string, httpStatus: number, more: object = {}) => ({
  error: {
    message: code,
    code: -32_603,
    data: { code, httpStatus, latchkey: { requestId: 'request-7', code, ...more } },
  },
});
const denied = {
  permission: 'reports:view-confidential',
  reason: 'missing-role',
  grantedBy: ['admin'],
  grantedByInstanceRoles: ['owner'],
};
const refusals = {
  failed: refusal('INTERNAL_SERVER_ERROR', 500),
  denied: refusal('FORBIDDEN', 403, { denied }),
  outage: refusal('AUTHORIZATION_UNAVAILABLE', 503),
} as const;

const longName =
  'Wilhelmina von Hohenlohe-Schillingsfürst zu CastellrüdenhausenUndWaldenburgLangenburgOehringen';
const longNames: Readonly<Record<string, string>> = {
  name: longName,
  title: `Zugriffsüberprüfung aller Rollen für ${longName}`,
  email: 'wilhelmina.alexandra.von.hohenlohe-schillingsfuerst@subsidiaries.example.com',
};

const isOfFrame = (name: string): boolean => name.startsWith('session.') && name !== 'session.access';
const isStream = (name: string): boolean => name.endsWith('.changes') || name.endsWith('.progress');

/**
 * Fakes the response to every further query of the page. The frame's queries (user, permissions) get real responses.
 */
export async function fakeAnswers(page: Page, state: FakedState): Promise<void> {
  (await holdAnswers(page, state))();
}

/** Like `fakeAnswers`, but the page keeps loading until the returned function is called. */
export async function holdAnswers(page: Page, state: FakedState): Promise<() => void> {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await page.route('**/api/trpc/**', async (route) => {
    const names = new URL(route.request().url()).pathname.replace('/api/trpc/', '').split(',');
    if (names.some(isStream) || names.every(isOfFrame)) return route.continue();
    await released;
    return answer(route, names, state);
  });
  return release;
}

async function answer(route: Route, names: readonly string[], state: FakedState): Promise<void> {
  // Home reads a stream, with one answer as soon as it is there.
  const { 'trpc-accept': accept, ...headers } = route.request().headers();
  const response = await route.fetch({ headers });
  const json: unknown = await response.json();
  const answers = Array.isArray(json) ? json : [json];
  const changed = names.map((name, index) => {
    if (isOfFrame(name)) return answers[index];
    if (state === 'empty' || state === 'long names') return changeValues(answers[index], state);
    return refusals[state];
  });
  if (accept === 'application/jsonl')
    return route.fulfill({
      contentType: 'application/json',
      body: `${JSON.stringify(Object.fromEntries(changed.map((one, index) => [index, [[one]]])))}\n`,
    });
  return route.fulfill({
    status: names.length > 1 ? 207 : 200,
    json: Array.isArray(json) ? changed : changed[0],
  });
}

/** Changes a response: removes all items, or inserts the longest realistic names. */
function changeValues(value: unknown, state: 'empty' | 'long names'): unknown {
  if (Array.isArray(value)) return value.map((one) => changeValues(one, state));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => {
      if (state === 'empty' && key === 'items') return [key, []];
      // The sync pages get names by key.
      if (state === 'long names' && key === 'names' && typeof one === 'object' && one !== null)
        return [key, Object.fromEntries(Object.keys(one).map((named) => [named, longName]))];
      if (state === 'long names' && typeof one === 'string') return [key, longNames[key] ?? one];
      return [key, changeValues(one, state)];
    }),
  );
}

/**
 * Makes the PDP drop every request without a response; Permit's API still works. @returns a function that ends the
 * outage
 */
export async function breakPdp(request: APIRequestContext, pdp: string): Promise<() => Promise<void>> {
  const faults = `${pdp}/_emulator/faults`;
  for (const path of ['/allowed*', '/user-permissions*']) {
    expect((await request.post(faults, { data: { path, drop: true } })).ok()).toBe(true);
  }
  return async () => {
    expect((await request.delete(faults)).ok()).toBe(true);
  };
}
