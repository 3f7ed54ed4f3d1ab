import type { Request, RequestHandler, Response } from 'express';
import { AccessError, toProblem } from '../core/errors.ts';
import { permissionsAtGate, type ActorsOption } from '../core/in-person.ts';
import type { ResourceIn } from '../core/instance-permission.ts';
import type { ResourceRef, Permissions } from '../core/permissions.ts';
import { checkOfLoaded, type Found, type LoadedRules, requirePermissions } from '../trpc/gate-check.ts';
import { toPermissionSet, type Requirement, type RequirementWithoutInstance } from '../trpc/requirement.ts';

/** Options of `createExpressGates`. */
export interface ExpressGatesOptions<
  Permission extends string,
  Role extends string,
  InstancePermission extends string = never,
  ListField extends string = never,
> extends ActorsOption {
  /**
   * Returns the permissions of the request's user, from verified claims. Called once per request, however many gates it
   * passes. Its errors go to Express's error handler.
   */
  readonly getPermissions: (
    request: Request,
    response: Response,
  ) =>
    | Promise<Permissions<Permission, Role, InstancePermission, ListField>>
    | Permissions<Permission, Role, InstancePermission, ListField>;
}

/** Loads the instance to check, once. The route receives it as `response.locals.loaded`. */
export interface ExpressLoader<Loaded, Permission extends string, UserPermissions> extends LoadedRules<
  Loaded,
  Permission
> {
  /**
   * Loads the instance. If it returns `undefined` or `null`, users who have the permission regardless of the instance
   * get 404. All others get the same 403 as for an existing instance, so they cannot tell whether it exists. If it
   * throws, the error goes to Express's error handler.
   */
  readonly load: (request: Request, permissions: UserPermissions) => Promise<Found<Loaded>> | Found<Loaded>;
}

/** A middleware that takes any request. Its last signature types `response.locals` for the handlers after it. */
type Gate<Locals> = RequestHandler &
  RequestHandler<
    Request['params'],
    Request['body'],
    Request['body'],
    Request['query'],
    Record<string, Request['body']> & Locals
  >;

/**
 * Creates a middleware that checks a permission before a route, which receives the user's permissions as
 * `response.locals.permissions`.
 */
export interface ExpressGate<
  Permission extends string,
  Role extends string,
  InstancePermission extends string = never,
  UserPermissions = Permissions<Permission, Role, InstancePermission>,
> {
  /**
   * Checks the permission on a loaded instance. With `requires`, the instance determines which permissions are
   * required.
   */
  <P extends Permission, Loaded extends NonNullable<unknown>>(
    requirement: Requirement<P>,
    loader: ExpressLoader<Loaded, P, UserPermissions>,
  ): Gate<{ readonly permissions: UserPermissions; readonly loaded: Loaded }>;
  /**
   * Checks the permission on the instance whose key `on` reads from the request. If `on` is `undefined`, checks it on
   * the resource as a whole.
   */
  <P extends Permission>(
    requirement: Requirement<P>,
    on: ((request: Request) => ResourceRef<ResourceIn<P>>) | undefined,
  ): Gate<{ readonly permissions: UserPermissions }>;
  /** Checks the permission on the resource as a whole. */
  <const Required extends Requirement<Permission>>(
    requirement: Required & RequirementWithoutInstance<Required, InstancePermission>,
  ): Gate<{ readonly permissions: UserPermissions }>;
}

/**
 * Creates gates for Express routes:
 *
 * ```ts
 * const permitted = createExpressGates({ getPermissions: (request) => createPermissions(decider, userOf(request)) });
 * app.get('/reports/:id/export', permitted('reports:view', ({ params }) => String(params.id)), exportReport);
 * ```
 *
 * The gate responds to a denial with 403, to an outage with 503, and with 404 when a loader finds no instance, each
 * time with `application/problem+json` (RFC 9457), and the route handler does not run. Any other error goes to
 * Express's error handler.
 */
export function createExpressGates<
  Permission extends string,
  Role extends string,
  InstancePermission extends string = never,
  ListField extends string = never,
>({
  getPermissions,
  actors,
}: ExpressGatesOptions<Permission, Role, InstancePermission, ListField>): ExpressGate<
  Permission,
  Role,
  InstancePermission,
  Permissions<Permission, Role, InstancePermission, ListField>
> {
  type UserPermissions = Permissions<Permission, Role, InstancePermission, ListField>;
  const identified = new WeakMap<Request, Promise<UserPermissions>>();
  const identify = (request: Request, response: Response): Promise<UserPermissions> => {
    const known = identified.get(request) ?? (async () => getPermissions(request, response))();
    identified.set(request, known);
    return known;
  };

  return <P extends Permission>(
    required: Requirement<P>,
    source?: ((request: Request) => ResourceRef) | ExpressLoader<unknown, P, UserPermissions>,
  ): RequestHandler => {
    const requirement = toPermissionSet(required);
    return async (request, response, next) => {
      try {
        const permissions = permissionsAtGate(await identify(request, response), { actors });
        const isLoader = typeof source === 'object';
        const loaded = isLoader ? await source.load(request, permissions) : undefined;
        const check = isLoader
          ? checkOfLoaded(requirement, source, loaded)
          : { requirement, on: source?.(request) };
        await requirePermissions(permissions, check);
        Object.assign(response.locals, { permissions }, isLoader ? { loaded } : {});
      } catch (error) {
        // Express 4 does not handle a rejection: the request would never be answered.
        if (!(error instanceof AccessError) || response.headersSent) return next(error);
        response.status(error.status).set({ ...error.headers, 'cache-control': 'no-store' });
        response.type('application/problem+json').send(JSON.stringify(toProblem(error)));
        return;
      }
      next();
    };
  };
}
