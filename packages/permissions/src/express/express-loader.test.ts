import express, { type Request, type Response as ExpressResponse } from 'express';
import { beforeAll, beforeEach, expect, expectTypeOf, test } from 'vitest';
import { createPermissions, type PolicyPermissions } from '../core/permissions.ts';
import { listen } from '../testing/fixtures/listen.ts';
import { records, recordsDecider, type recordsPolicy, type Record } from '../testing/fixtures/records.ts';
import { createExpressGates } from './create-express-gates.ts';
import { all, any } from './index.ts';

let identified: number;
let served: string[];
let url: string;
beforeEach(() => {
  identified = 0;
  served = [];
});

const permitted = createExpressGates({
  async getPermissions(request) {
    identified += 1;
    const permissions: PolicyPermissions<typeof recordsPolicy> = createPermissions(recordsDecider, {
      subject: request.get('x-subject') ?? '',
      tenant: 'acme',
    });
    return permissions;
  },
});
const either = any('records:view', 'records:view-sensitive');
const load = async ({ params }: Request): Promise<Record | undefined> => {
  if (params['id'] === 'broken') throw new RangeError('a bug');
  return records.find(({ id }) => id === params['id']);
};
const recordGate = permitted(either, {
  load,
  requires: ({ isSensitive }) => (isSensitive ? 'records:view-sensitive' : 'records:view'),
  on: ({ id }) => id,
});

function print(_request: Request, response: ExpressResponse<unknown, { readonly loaded: Record }>): void {
  response.send(`printed ${response.locals.loaded.id}`);
}
const onError: express.ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  response.status(500).send(String(error));
};

beforeAll(async () => {
  const app = express();
  app.use('/records', permitted(any('records:view', 'records:view-sensitive'), undefined));
  app.get('/records/:id', permitted('records:view', undefined), recordGate, (request, response) => {
    expectTypeOf(response.locals.loaded).toEqualTypeOf<Record>();
    expectTypeOf(response.locals.permissions).toEqualTypeOf<PolicyPermissions<typeof recordsPolicy>>();
    served.push(String(request.params['id']));
    response.json([response.locals.permissions.subject, response.locals.loaded]);
  });
  app.get('/print/:id', recordGate, print);
  app.get(
    '/all',
    permitted(all('records:view', 'records:view-sensitive'), undefined),
    (_request, response) => {
      response.send(response.locals.permissions.subject);
    },
  );
  app.get(
    '/own',
    permitted('records:view', { load: (_, { subject }) => subject, on: String }),
    (_request, response) => {
      response.send(response.locals.loaded);
    },
  );
  app.use(onError);
  const server = await listen(app);
  url = server.url;
  return server.close;
});

const get = async (subject: string, path: string): Promise<[number, string, string | null]> => {
  const response = await fetch(`${url}${path}`, { headers: { 'x-subject': subject } });
  return [response.status, await response.text(), response.headers.get('content-type')];
};

test('the record determines the permission, and the route receives it together with the permissions', async () => {
  const [status, body] = await get('doctor', '/records/hiv');
  expect([status, JSON.parse(body)]).toEqual([200, ['doctor', records[1]]]);
  expect((await get('nurse', '/print/flu'))[1]).toBe('printed flu');
  const [refused, problem] = await get('nurse', '/records/hiv');
  expect([refused, JSON.parse(problem)]).toMatchObject([403, { permission: 'records:view-sensitive' }]);
  expect(served).toEqual(['hiv']);
});

test('getPermissions is called once for a request with several gates', async () => {
  await get('doctor', '/records/hiv');
  expect(identified).toBe(1);
  await get('doctor', '/records/hiv');
  expect(identified).toBe(2);
});

test('a missing record is 404 with the permission, and the same 403 as an existing one without it', async () => {
  const [status, body, type] = await get('doctor', '/print/none');
  expect([status, type, JSON.parse(body)]).toEqual([
    404,
    expect.stringContaining('application/problem+json'),
    { title: 'There is no such instance.', status: 404, code: 'NOT_FOUND' },
  ]);
  const refused = await get('porter', '/print/none');
  expect(refused[0]).toBe(403);
  expect(refused).toEqual(await get('porter', '/print/hiv'));
  expect(refused).toEqual(await get('porter', '/print/flu'));
});

test("an error of the loader goes to the application's error handler", async () => {
  expect((await get('doctor', '/print/broken')).slice(0, 2)).toEqual([500, 'RangeError: a bug']);
});

test('a gate without a loader can require several permissions', async () => {
  expect((await get('doctor', '/all')).slice(0, 2)).toEqual([200, 'doctor']);
  expect((await get('nurse', '/all'))[0]).toBe(403);
});

test('a loader receives the permissions of the user', async () => {
  expect((await get('nurse', '/own')).slice(0, 2)).toEqual([200, 'nurse']);
});

test('only permissions of the gate compile', () => {
  // @ts-expect-error -- the policy has no such permission
  permitted(any('records:view', 'records:delete'), { load, on: ({ id }) => id });
  // @ts-expect-error -- the gate does not name it
  permitted('records:view', { load, requires: () => 'records:view-sensitive', on: ({ id }) => id });
  expect(served).toEqual([]);
});
