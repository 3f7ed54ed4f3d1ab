import { createPermissions } from '@latchkey/permissions';
import { toProblemResponse } from '@latchkey/permissions/fetch';
import type { Deps } from './app.ts';
import { documentsOf } from './documents.ts';

interface Route {
  readonly params: Promise<{ readonly id: string }>;
}

/** Use it in `app/documents/[id]/route.ts`: `export const { DELETE } = createDocumentRoute(deps);` */
export function createDocumentRoute({ decider, identify }: Pick<Deps, 'decider' | 'identify'>) {
  return {
    DELETE: async (request: Request, { params }: Route): Promise<Response> => {
      try {
        const permissions = createPermissions(decider, await identify(request.headers.get('authorization')));
        const { id } = await params;
        await permissions.require('documents:delete', id);
        documentsOf(permissions.tenant).delete(id);
        return new Response(null, { status: 204 });
      } catch (error) {
        const response = toProblemResponse(error);
        if (response === undefined) throw error;
        return response;
      }
    },
  };
}
