/* Files of the outside project beside the guide's app: programs that print JSON, and modules that are only compiled. */

export const tsconfig = {
  compilerOptions: {
    strict: true,
    noEmit: true,
    target: 'es2022',
    lib: ['es2023', 'dom', 'dom.iterable'],
    jsx: 'react-jsx',
    types: ['node'],
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    verbatimModuleSyntax: true,
  },
  include: ['src'],
};

/** `useGate` with procedures of the other tRPC client for React. */
export const otherClient = `
import { createPermissionsReact } from '@latchkey/permissions/react';
import { createTRPCContext } from '@trpc/tanstack-react-query';
import type { policy } from './policy.ts';
import type { AppRouter } from './server/router.ts';

const { useTRPC } = createTRPCContext<AppRouter>();
const { useGate } = createPermissionsReact<typeof policy>();

export function useGates(id: string): readonly { readonly state: string }[] {
  const trpc = useTRPC();
  // @ts-expect-error -- a document has no such field
  useGate(trpc.get, { key: id });
  return [useGate(trpc.get, { id }), useGate(trpc.remove, { id }), useGate(trpc.list)];
}
`;

/** Compiles only if the types resolve: if they were `any`, the unused directives would be errors. */
export const misspelled = `
import type { Permissions } from '@latchkey/permissions';
import type { PermitDirectory } from '@latchkey/permissions/permit';
import type { Permission, policy, Role } from './policy.ts';

export async function misspelled(permissions: Permissions<Permission, Role>): Promise<void> {
  await permissions.require('documents:view', 'draft');
  // @ts-expect-error -- the table has no such permission
  await permissions.require('documents:veiw', 'draft');
}

export async function misspelledWrites(directory: PermitDirectory<typeof policy>): Promise<void> {
  const ann = { user: 'ann', tenant: 'acme' };
  await directory.assignRole({ ...ann, role: 'owner', instance: 'documents:draft' });
  // @ts-expect-error -- the table has no such role
  await directory.assignRole({ ...ann, role: 'membr' });
  // @ts-expect-error -- the table has no such resource
  await directory.assignRole({ ...ann, role: 'owner', instance: 'document:draft' });
  await directory.link({ subject: 'folders:plans', relation: 'parent', object: 'documents:draft' }, 'acme');
  // @ts-expect-error -- the table has no such relation
  await directory.link({ subject: 'folders:plans', relation: 'parnt', object: 'documents:draft' }, 'acme');
}
`;

/** A route and a procedure that pass errors on, and gates whose permission depends on the document. */
export const failures = `
import { createPermissions } from '@latchkey/permissions';
import { any, createExpressGates } from '@latchkey/permissions/express';
import { createPermitDecider, createPermitDirectory } from '@latchkey/permissions/permit';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import { z } from 'zod';
import { env } from './env.ts';
import { policy } from './policy.ts';
import { documentsOf, refOf, type Document } from './server/documents.ts';
import { appRouter } from './server/router.ts';
import { signUp } from './server/sign-up.ts';
import { permitted, router, signedIn } from './server/trpc.ts';

const { PERMIT_API_KEY: apiKey, PERMIT_API_URL: apiUrl, PERMIT_PDP_URL: url } = env;
const decider = createPermitDecider({ policy, url, apiKey, cache: { ttl: 0 }, deadline: 30_000 });
await signUp(createPermitDirectory({ policy, apiUrl, apiKey }), { subject: 'cid', tenant: 'acme' });
const permissions = createPermissions(decider, { subject: 'cid', tenant: 'acme' });
const wrongKey = createPermitDirectory({ policy, apiUrl, apiKey: 'permit_key_wrong' });

const statuses = ['draft', 'published'] as const;
for (const status of statuses) documentsOf('acme').set(status, { id: status, title: status, status });
const viewOrEdit = any('documents:view', 'documents:edit');
const requires = ({ status }: Document) => (status === 'draft' ? 'documents:edit' : 'documents:view');

const outsideRouter = router({
  edit: signedIn.query(async ({ ctx }) => { await ctx.permissions.require('documents:edit', 'draft'); }),
  open: permitted(viewOrEdit, z.object({ id: z.string() }), {
    load: ({ input }) => documentsOf('acme').get(input.id),
    requires,
    on: refOf,
  }).query(({ ctx }) => ctx.loaded.title),
  documents: appRouter,
});
const gate = createExpressGates({ getPermissions: () => permissions });
const app = express()
  .use('/trpc', createExpressMiddleware({
    router: outsideRouter,
    createContext: () => ({ permissions, directory: wrongKey }),
  }))
  .get('/edit', async (_request, response) => {
    await permissions.require('documents:edit', 'draft');
    response.end();
  })
  .get(
    '/open/:id',
    gate(viewOrEdit, { load: ({ params }) => documentsOf('acme').get(String(params['id'])), requires, on: refOf }),
    (_request, response) => void response.send(response.locals.loaded.title),
  );
const server = app.listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const address = server.address();
const origin = 'http://127.0.0.1:' + (typeof address === 'object' && address ? address.port : 0);

const call = async (path: string, init?: RequestInit) => {
  const response = await fetch(origin + path, init);
  const text = await response.text();
  const message: unknown = path.startsWith('/trpc') ? JSON.parse(text).error?.message : /(?<=Error: ).*?(?=<br>|<.pre>)/.exec(text)?.[0];
  return { status: response.status, retryAfter: response.headers.get('retry-after'), message };
};
const both = () => Promise.all(['/edit', '/trpc/edit'].map((path) => call(path)));
const open = async (id: string) => {
  const input = encodeURIComponent(JSON.stringify({ id }));
  return (await Promise.all(['/open/' + id, '/trpc/open?input=' + input].map((path) => call(path)))).map(({ status }) => status);
};

const byRow = { draft: await open('draft'), published: await open('published') };
const denied = await both();
const headers = { 'content-type': 'application/json' };
const create = { method: 'POST', headers, body: JSON.stringify({ title: 'Plans' }) };
const refusedWrite = await call('/trpc/documents.create', create);
const outages = [];
for (const status of [401, 403, 429]) {
  const fault = { method: 'POST', headers, body: JSON.stringify({ status }) };
  const { id } = await (await fetch(url + '/_emulator/faults', fault)).json();
  outages.push(await both());
  await fetch(url + '/_emulator/faults/' + id, { method: 'DELETE' });
}
console.log(JSON.stringify({ byRow, denied, outages, wrongKey: refusedWrite }));
server.close();
await decider.close();
`;

export const gatedCall = `
import { createPermissions } from '@latchkey/permissions';
import { createPermitDecider, createPermitDirectory } from '@latchkey/permissions/permit';
import { TRPCError } from '@trpc/server';
import { env } from './env.ts';
import { policy } from './policy.ts';
import { appRouter } from './server/router.ts';
import { signUp } from './server/sign-up.ts';

const apiKey = env.PERMIT_API_KEY;
const decider = createPermitDecider({ policy, url: env.PERMIT_PDP_URL, apiKey });
const directory = createPermitDirectory({ policy, apiUrl: env.PERMIT_API_URL, apiKey, onChange: decider.invalidate });
const as = async (subject: string) => {
  await signUp(directory, { subject, tenant: 'acme' });
  return appRouter.createCaller({ permissions: createPermissions(decider, { subject, tenant: 'acme' }), directory });
};

const ann = await as('ann');
const bob = await as('bob');
const { id } = await ann.create({ title: 'Plans' });
const titles = (documents: readonly { title: string }[]) => documents.map(({ title }) => title);
const refused = await bob.remove({ id }).catch((error: unknown) => error);
console.log(JSON.stringify({
  ann: titles(await ann.list()),
  bob: titles(await bob.list()),
  refused: refused instanceof TRPCError ? refused.code : refused,
}));
await decider.close();
`;

export const requireAll = `
for (const name of process.argv.slice(2)) {
  const { exports: entries } = require(name + '/package.json');
  for (const entry of Object.keys(entries).filter((entry) => !entry.endsWith('.json'))) {
    const exported = require(name + entry.slice(1));
    console.log(name + entry.slice(1) + ': ' + Object.keys(exported).join(', '));
  }
}
`;
