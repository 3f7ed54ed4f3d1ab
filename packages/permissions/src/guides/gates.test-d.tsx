import { useMutation } from '@tanstack/react-query';
import { createTRPCReact, getQueryKey } from '@trpc/react-query';
import { initTRPC } from '@trpc/server';
import { createTRPCContext } from '@trpc/tanstack-react-query';
import type express from 'express';
import { lazy, type ReactNode } from 'react';
import { z } from 'zod';
import { definePolicy } from '../core/define-policy.ts';
import { createPermissions, type PolicyDecider, type PolicyPermissions } from '../core/permissions.ts';
import type { PermissionOf, RoleOf } from '../core/policy.ts';
import { createExpressGates } from '../express/index.ts';
import { createGateQuestionHandler, createServerGates } from '../fetch/index.ts';
import { createFetchAsk, createPermissionsReact, gateProps } from '../react/index.ts';
import { any, createGates, permissionErrors, type Gate } from '../trpc/index.ts';

/* The code of docs/guide/gates.md, so that the compiler sees it. `guides.test.ts` compares the two. */

const policy = definePolicy({
  resources: {
    reports: { actions: ['publish'], roles: { owner: { permissions: ['publish'] } } },
    records: { actions: ['view', 'view-sensitive'], roles: { reader: { permissions: ['view'] } } },
  },
  roles: { admin: { permissions: '*' } },
  defaultRole: 'admin',
});
type Permission = PermissionOf<typeof policy>;
type Role = RoleOf<typeof policy>;
interface User {
  readonly subject: string;
  readonly tenant: string;
}
interface Stored {
  readonly id: string;
  readonly isSensitive: boolean;
}
declare const decider: PolicyDecider<typeof policy>;
declare const findRecord: (tenant: string, id: string) => Promise<Stored | undefined>;
declare const identify: (request: Request) => Promise<User>;
declare const currentUser: () => Promise<User>;
declare const token: () => Promise<string>;

const t = initTRPC
  .context<{ readonly permissions: PolicyPermissions<typeof policy> }>()
  .meta<{ readonly gate?: Gate }>()
  .create();
const permitted = createGates(t.procedure);
const Id = z.object({ id: z.string() });

const router = t.router({
  reports: t.router({ publish: permitted('reports:publish', Id, ({ id }) => id).mutation(() => {}) }),
  view: permitted(any('records:view', 'records:view-sensitive'), Id, {
    load: async ({ input, ctx }) => findRecord(ctx.permissions.tenant, input.id),
    requires: (record) => (record.isSensitive ? 'records:view-sensitive' : 'records:view'),
    on: (record) => record.id,
  }).query(({ ctx }) => ctx.loaded),
});

export const signedIn = t.procedure.use(permissionErrors);

export function addRoute(app: express.Express): void {
  const permitted = createExpressGates({
    getPermissions: async () => createPermissions(decider, await currentUser()),
  });
  // `any` and `all` of ./express
  const ofRecord = permitted(any('records:view', 'records:view-sensitive'), {
    load: ({ params }, { tenant }) => findRecord(tenant, String(params['id'])),
    requires: (record) => (record.isSensitive ? 'records:view-sensitive' : 'records:view'),
    on: (record) => record.id,
  });
  app.get('/records/:id', ofRecord, (_request, response) => {
    const { loaded, permissions } = response.locals;
    response.json({ record: loaded, tenant: permissions.tenant });
  });
}

// app/api/gates/route.ts
export const POST = createGateQuestionHandler({
  policy,
  getPermissions: async (request) => createPermissions(decider, await identify(request)),
});

// in the browser
const ask = createFetchAsk<Permission, Role>('/api/gates', async () => ({
  authorization: `Bearer ${await token()}`,
}));

type AppRouter = typeof router;

// @trpc/react-query, also beside the other one
export const trpc = createTRPCReact<AppRouter>();
export const { PermissionsProvider, useGate } = createPermissionsReact<typeof policy>({ getQueryKey });

const { useTRPC } = createTRPCContext<AppRouter>();

export function withoutOption() {
  // @trpc/tanstack-react-query: no option
  const { PermissionsProvider, useGate } = createPermissionsReact<typeof policy>();
  return { PermissionsProvider, useGate };
}

export function usePublish(id: string) {
  const trpc = useTRPC(); // or the proxy of createTRPCOptionsProxy
  const gate = useGate(trpc.reports.publish, { id });
  const publish = useMutation(trpc.reports.publish.mutationOptions());
  return { gate, publish };
}

const { useGates } = createPermissionsReact<typeof policy>({ getQueryKey });

export function useRows(rows: readonly { readonly id: string }[]) {
  const byProcedure = useGates(
    trpc.reports.publish,
    rows.map(({ id }) => ({ id })),
  );
  const byPermission = useGates(
    'reports:publish',
    rows.map(({ id }) => id),
  );
  return [...byProcedure, ...byPermission];
}

declare global {
  interface ImportMeta {
    readonly env: { readonly MODE: string };
  }
}

export function developerPanel() {
  // below <PermissionsProvider>
  const Devtools = import.meta.env.MODE === 'development' ? lazy(() => import('./devtools.tsx')) : undefined;
  return Devtools;
}

export function Page({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <PermissionsProvider scope="ann@acme" ask={ask}>
      {children}
    </PermissionsProvider>
  );
}

declare const PublishForm: (props: { readonly id: string }) => ReactNode;

// permissions.server.ts
export const { can, require, answers } = createServerGates(async () =>
  createPermissions(decider, await currentUser()),
);

// a server component
export async function PublishSection({ id }: { readonly id: string }) {
  return (await can('reports:publish', id)) && <PublishForm id={id} />;
}

// a server action: its first line is its gate
export async function publishReport(id: string) {
  await require('reports:publish', id);
}

interface Native {
  readonly children: ReactNode;
}
declare const Pressable: (
  props: Native & { readonly disabled: boolean; readonly onPress: () => void },
) => ReactNode;
declare const Text: (props: Native) => ReactNode;
declare const reasonText: () => string;

export function PublishButton({
  id,
  publish,
}: {
  readonly id: string;
  readonly publish: () => void;
}): ReactNode {
  const { shown, blocked, reason } = gateProps(useGate(trpc.reports.publish, { id }), {
    mode: 'explain',
    reason: reasonText,
  });
  return (
    shown && (
      <Pressable disabled={blocked} onPress={publish}>
        <Text>Publish {reason}</Text>
      </Pressable>
    )
  );
}
