import { createExpressAuthZenHandler } from '@latchkey/permissions/express';
import type { RequestHandler } from 'express';
import { AppError } from '../../platform/app-error.ts';
import { createBodiesInFlight, readBody } from '../../platform/http/read-body.ts';
import { requestLimits } from '../../platform/trpc/request-budget.ts';
import type { Authenticate } from '../../platform/trpc/context.ts';
import type { Audit } from '../audit/record.ts';
import type { AccessApi } from './open-access-api.ts';

export interface AccessApiHandlerDeps extends AccessApi {
  readonly authenticate: Authenticate;
  readonly audit: Pick<Audit, 'decided'>;
  /** The public origin, which the configuration names. Default: that of the request. */
  readonly url?: string | undefined;
}

/** Maximum total size in bytes of the request bodies that are being read. */
const bodiesInFlight = 1_048_576;

/**
 * Serves AuthZEN's Authorization API 1.0 to machine-to-machine applications. They need `members:view` in the tenant of
 * their token, because an answer reveals what a member may do. Every evaluation is recorded.
 * @throws {AppError} `TOKEN_*`, `RATE_LIMITED`, `FORBIDDEN`, `SERVER_BUSY`, `REQUEST_TOO_LARGE`
 */
export function createAccessApiHandler({
  authenticate,
  audit,
  ...api
}: AccessApiHandlerDeps): RequestHandler {
  const bodies = createBodiesInFlight(bodiesInFlight);
  return createExpressAuthZenHandler({
    ...api,
    async getCaller(request, response) {
      const { identity, permissions } = await authenticate({ request, response, calls: 1 }).catch(
        (error: unknown) => {
          // Required by RFC 6750, section 3.
          if (error instanceof AppError && error.status === 401) response.set('www-authenticate', 'Bearer');
          throw error;
        },
      );
      if (identity.isMachine !== true || identity.actors !== undefined)
        throw new AppError('FORBIDDEN', 'Only a machine-to-machine application can ask about other users.');
      await permissions.require('members:view');
      if (request.method === 'POST') {
        const body = { limit: requestLimits.body, tooLarge: 'REQUEST_TOO_LARGE', bodies } as const;
        request.body = (await readBody(request, body)).toString('utf8');
      }
      const path = request.baseUrl + request.path;
      return {
        tenant: identity.tenant,
        onEvaluated({ permission, instance, subject: about }, { decision, ...evaluated }) {
          const outcome = decision?.outcome ?? 'unavailable';
          const requestId = typeof request.id === 'string' ? request.id : '';
          const call = { caller: identity, requestId, about };
          audit.decided(call, { path, type: 'query', permission, instance, outcome, decision, ...evaluated });
        },
      };
    },
  });
}
