import type { Request, RequestHandler, Response } from 'express';
import type { ResourceRef, Permissions, ResourceIn } from '../permissions.ts';
import { problemOf } from './problem-of.ts';

export interface ExpressGateOptions<Permission extends string, Role extends string> {
  /**
   * Whose permissions a request has, out of what an earlier handler verified. What it throws goes to Express's error
   * handler: that nobody is signed in is not this package's to say.
   */
  readonly permissionsOf: (
    request: Request,
    response: Response,
  ) => Promise<Permissions<Permission, Role>> | Permissions<Permission, Role>;
}

/** Puts a permission before a route; `on` reads from the request which instance it is about. */
export type ExpressGate<Permission extends string> = <P extends Permission>(
  permission: P,
  on?: (request: Request) => ResourceRef<ResourceIn<P>>,
) => RequestHandler;

/**
 * The same gate for plain routes:
 *
 * ```ts
 * app.get('/reports/:id/export', permitted('reports:view', ({ params }) => params.id), exportReport);
 * ```
 *
 * A deny answers 403, an outage 503, both as `application/problem+json`; in both cases the route does not run.
 */
export function createExpressGate<Permission extends string, Role extends string>({
  permissionsOf,
}: ExpressGateOptions<Permission, Role>): ExpressGate<Permission> {
  return (permission, on) => async (request, response, next) => {
    const permissions = await permissionsOf(request, response);
    try {
      await permissions.require(permission, on?.(request));
    } catch (error) {
      const problem = problemOf(error);
      if (problem === undefined) throw error;
      response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
      return;
    }
    next();
  };
}
