import { createPermissions, type PolicyDecider } from '@latchkey/permissions';
import { createExpressGate } from '@latchkey/permissions/express';
import type { PermitDirectory } from '@latchkey/permissions/permit';
import { TRPCError } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express, { type Express } from 'express';
import type { policy } from '../policy.ts';
import { documentsOf } from './documents.ts';
import type { Identify } from './identify.ts';
import { appRouter } from './router.ts';
import type { Context } from './trpc.ts';

export interface Deps {
  readonly decider: PolicyDecider<typeof policy>;
  readonly directory: Pick<PermitDirectory, 'assignRole'>;
  readonly identify: Identify;
}

export function createApp({ decider, directory, identify }: Deps): Express {
  const permissionsOf = async ({ headers }: express.Request) =>
    createPermissions(decider, await identify(headers.authorization));

  const createContext = async ({ req }: { readonly req: express.Request }): Promise<Context> => {
    try {
      return { permissions: await permissionsOf(req), directory };
    } catch (cause) {
      throw new TRPCError({ code: 'UNAUTHORIZED', cause });
    }
  };

  const permitted = createExpressGate({ permissionsOf });

  return express()
    .use('/api/trpc', createExpressMiddleware({ router: appRouter, createContext }))
    .get('/documents/:id/export', permitted('documents:edit', idOf), async (request, response) => {
      const { tenant } = await identify(request.headers.authorization);
      const document = documentsOf(tenant).get(idOf(request));
      if (document === undefined) response.sendStatus(404);
      else response.type('text/plain').send(document.title);
    });
}

function idOf({ params }: express.Request): string {
  return String(params['id']);
}
