import type { Request, RequestHandler, Response } from 'express';
import { AccessError } from '../core/errors.ts';
import { permissionsAtGate, type ActorsOption } from '../core/in-person.ts';
import type { WithoutInstance } from '../core/instance-permission.ts';
import type { ResourceRef, Permissions, ResourceIn } from '../core/permissions.ts';
import { problemOf } from '../core/problem-of.ts';

/** Options of `createExpressGate`. */
export interface ExpressGateOptions<
  Permission extends string,
  Role extends string,
  InstancePermission extends string = never,
> extends ActorsOption {
  /**
   * Returns the permissions of the request's user, created by `createPermissions` from verified claims. An error that it
   * throws goes to Express's error handler, so the application itself renders "not signed in".
   */
  readonly permissionsOf: (
    request: Request,
    response: Response,
  ) =>
    | Promise<Permissions<Permission, Role, InstancePermission>>
    | Permissions<Permission, Role, InstancePermission>;
}

/** Creates a middleware that checks a permission before a route. */
export interface ExpressGate<Permission extends string, InstancePermission extends string = never> {
  /** `on` reads the instance key from the request; `undefined` checks the resource as a whole. */
  <P extends Permission>(
    permission: P,
    on: ((request: Request) => ResourceRef<ResourceIn<P>>) | undefined,
  ): RequestHandler;
  /** Checks the permission on the resource as a whole. */
  <P extends Permission>(permission: P & WithoutInstance<P, InstancePermission>): RequestHandler;
}

/**
 * Gates for Express routes:
 *
 * ```ts
 * app.get('/reports/:id/export', permitted('reports:view', ({ params }) => params.id), exportReport);
 * ```
 *
 * A deny responds with 403 and an outage with 503, both as `application/problem+json` (RFC 9457); the route handler
 * does not run. Any other error goes to Express's error handler.
 */
export function createExpressGate<
  Permission extends string,
  Role extends string,
  InstancePermission extends string = never,
>({
  permissionsOf,
  actors,
}: ExpressGateOptions<Permission, Role, InstancePermission>): ExpressGate<Permission, InstancePermission> {
  return <P extends Permission>(permission: P, on?: (request: Request) => ResourceRef<ResourceIn<P>>) =>
    async (request, response, next) => {
      const permissions = await permissionsOf(request, response);
      try {
        await permissionsAtGate(permissions, { actors }).require(permission, on?.(request));
      } catch (error) {
        if (!(error instanceof AccessError)) throw error;
        response.status(error.status).set(error.headers);
        response.type('application/problem+json').send(JSON.stringify(problemOf(error)));
        return;
      }
      next();
    };
}
