import { createPermissions, type PermissionsOf, type PolicyDecider } from '@latchkey/permissions';
import { createExpressGates } from '@latchkey/permissions/express';
import type { PermitDirectory } from '@latchkey/permissions/permit';
import { TRPCError } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express, { type Express } from 'express';
import type { policy } from '../policy.ts';
import { documentsOf, refOf, type Document } from './documents.ts';
import type { Identify } from './identify.ts';
import { appRouter } from './router.ts';
import type { Context } from './trpc.ts';

export interface Deps {
  readonly decider: PolicyDecider<typeof policy>;
  readonly directory: Pick<PermitDirectory<typeof policy>, 'assignRole'>;
  readonly identify: Identify;
}

export function createApp({ decider, directory, identify }: Deps): Express {
  const getPermissions = async ({ headers }: express.Request) =>
    createPermissions(decider, await identify(headers.authorization));

  const createContext = async ({ req }: { readonly req: express.Request }): Promise<Context> => {
    try {
      return { permissions: await getPermissions(req), directory };
    } catch (cause) {
      throw new TRPCError({ code: 'UNAUTHORIZED', cause });
    }
  };

  const permitted = createExpressGates({ getPermissions });

  return express()
    .use('/api/trpc', createExpressMiddleware({ router: appRouter, createContext }))
    .get(
      '/documents/:id/export',
      permitted('documents:edit', { load: findDocument, on: refOf }),
      (_request, response) => void response.type('text/plain').send(response.locals.loaded.title),
    );
}

/** Finds the route's `response.locals.loaded`. If there is none: 404, or 403 without the permission. */
function findDocument({ params }: express.Request, { tenant }: PermissionsOf): Document | undefined {
  return documentsOf(tenant).get(String(params['id']));
}
