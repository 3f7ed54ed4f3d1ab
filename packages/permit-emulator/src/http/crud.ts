import type { z } from 'zod';
import { findPart, findResource } from '../domain/find.ts';
import { listResponse, paginate, withAttributes, type Page } from '../domain/paging.ts';
import { putResource } from '../domain/resources.ts';
import { duplicate } from '../errors.ts';
import type { Environment } from '../model/environment.ts';
import type { ByKey, ResourceRecord } from '../model/records.ts';
import { pagingQuery } from '../schemas/common.ts';
import { inEnvironment, noContent, type Route } from './route.ts';

type Path = `/v2/${'facts' | 'schema'}/{p}/{e}/${string}`;
type Params = Readonly<Record<string, string>>;
type ListQuery = Page & {
  readonly include_total_count?: boolean | undefined;
  readonly detailed?: boolean | undefined;
};

/** Only the operations that are given become routes. */
interface Crud<
  R,
  Query extends z.ZodType<ListQuery>,
  Create extends z.ZodType,
  Update extends z.ZodType,
  Remove extends z.ZodType,
> {
  /** The key's name in the path. Records without a key are removed by their fields: `unlink`. */
  readonly id?: string;
  /** `query` is the query of a list. */
  readonly read: (env: Environment, record: R, query?: Partial<z.output<Query>>) => unknown;
  /** For `detailed=true`, and for GET `path/detailed`. */
  readonly readDetailed?: (env: Environment, record: R) => unknown;
  readonly list?: readonly [Query, (env: Environment, query: z.output<Query>) => Iterable<R>];
  /** Whether the list always has the total. Default: only when the query asks for it. */
  readonly isCounted?: boolean;
  readonly create?: readonly [Create, (env: Environment, body: z.output<Create>) => R];
  readonly find?: (env: Environment, keyOrId: string) => R;
  /** The query of a single record. */
  readonly findQuery?: z.ZodType<Partial<z.output<Query>>>;
  readonly update?: readonly [Update, (env: Environment, record: R, body: z.output<Update>) => R];
  readonly remove?: (env: Environment, record: R) => void;
  readonly unlink?: readonly [Remove, (env: Environment, body: z.output<Remove>) => void];
}

/** GET and POST `path`; with `find`, GET, PATCH and DELETE `path/{id}`; DELETE `path` with a body. */
export function crud<
  R extends object,
  Query extends z.ZodType<ListQuery>,
  Create extends z.ZodType,
  Update extends z.ZodType,
  Remove extends z.ZodType,
>(path: Path, spec: Crud<R, Query, Create, Update, Remove>): Route[] {
  const { id = '', read, readDetailed, list, create, find, findQuery, update, remove, unlink } = spec;
  const one = `${path}/{${id}}` as const;
  const idIn = (params: Params): string => params[id] ?? '';
  const show = (env: Environment, record: R, query?: Partial<z.output<Query>>): unknown =>
    readDetailed && query?.detailed === true ? readDetailed(env, record) : read(env, record, query);
  return [
    list &&
      readDetailed &&
      inEnvironment(`GET ${path}/detailed`, {
        query: list[0],
        run: (env, { query }) =>
          paginate(list[1](env, { ...query, detailed: true }), query, (record) => readDetailed(env, record)),
      }),
    list &&
      inEnvironment(`GET ${path}`, {
        query: list[0],
        run(env, { query }) {
          const records = withAttributes(list[1](env, query), query);
          const page = paginate(records, query, (record) => show(env, record, query));
          return listResponse(page, spec.isCounted ?? query.include_total_count);
        },
      }),
    create &&
      inEnvironment(`POST ${path}`, {
        body: create[0],
        run: (env, { body }) => read(env, create[1](env, body)),
      }),
    find &&
      inEnvironment(`GET ${one}`, {
        ...(findQuery && { query: findQuery }),
        run: (env, { params, query }) => show(env, find(env, idIn(params)), query),
      }),
    find &&
      update &&
      inEnvironment(`PATCH ${one}`, {
        body: update[0],
        run: (env, { params, body }) => read(env, update[1](env, find(env, idIn(params)), body)),
      }),
    find &&
      remove &&
      inEnvironment(`DELETE ${one}`, {
        run(env, { params }) {
          remove(env, find(env, idIn(params)));
          return noContent;
        },
      }),
    unlink &&
      inEnvironment(`DELETE ${path}`, {
        body: unlink[0],
        run(env, { body }) {
          unlink[1](env, body);
          return noContent;
        },
      }),
  ].filter((route) => route !== undefined);
}

type Kind = 'action_groups' | 'actions' | 'attributes' | 'relations' | 'roles';

/** Parts of a resource: actions, roles, relations, ... */
interface Parts<T, Create extends z.ZodType<{ key: string }>, Update extends z.ZodType> {
  /** The field of the resource, and its name in the path. */
  readonly kind: Kind;
  readonly of: (resource: ResourceRecord) => ByKey<T>;
  readonly names: readonly [missing: string, duplicate: string];
  readonly id: string;
  readonly read: (env: Environment, resource: ResourceRecord, part: T) => unknown;
  readonly isCounted?: boolean;
  readonly create: readonly [
    Create,
    (env: Environment, resource: ResourceRecord, body: z.output<Create>) => T,
  ];
  readonly update?: readonly [Update, (env: Environment, found: Found<T>, body: z.output<Update>) => T];
}

interface Found<T> {
  readonly resource: ResourceRecord;
  readonly part: T;
}

export function putPart(
  env: Environment,
  resource: ResourceRecord,
  [kind, parts]: readonly [Kind, ByKey<unknown>],
): void {
  env.resources.put({ ...resource, [kind]: parts, updated_at: env.now() });
}

const resourceIn = (env: Environment, params: Params): ResourceRecord =>
  findResource(env, params['resource_id'] ?? '__user');

/** Without `{resource_id}` in the path, the resource is the built-in `__user`. */
export function partRoutes<
  T extends { readonly id: string; readonly key: string },
  Create extends z.ZodType<{ key: string }>,
  Update extends z.ZodType,
>(
  spec: Parts<T, Create, Update>,
  under: 'resources/{resource_id}' | 'users' = 'resources/{resource_id}',
): Route[] {
  const { kind, of, names, id, read, create, update } = spec;
  const path = `/v2/schema/{p}/{e}/${under}/${kind}` as const;
  const one = `${path}/{${id}}` as const;
  const find = (env: Environment, params: Params): Found<T> => {
    const resource = resourceIn(env, params);
    return { resource, part: findPart(of(resource), names[0], params[id] ?? '') };
  };
  const put = (env: Environment, resource: ResourceRecord, part: T): unknown => {
    putPart(env, resource, [kind, { ...of(resource), [part.key]: part }]);
    return read(env, resource, part);
  };
  return [
    inEnvironment(`GET ${path}`, {
      query: pagingQuery,
      run(env, { params, query }) {
        const resource = resourceIn(env, params);
        const parts = withAttributes(Object.values(of(resource)), query);
        const page = paginate(parts, query, (part) => read(env, resource, part));
        return listResponse(page, spec.isCounted);
      },
    }),
    inEnvironment(`POST ${path}`, {
      body: create[0],
      run(env, { params, body }) {
        const resource = resourceIn(env, params);
        if (Object.hasOwn(of(resource), body.key)) throw duplicate(names[1], body.key);
        return put(env, resource, create[1](env, resource, body));
      },
    }),
    inEnvironment(`GET ${one}`, {
      run(env, { params }) {
        const { resource, part } = find(env, params);
        return read(env, resource, part);
      },
    }),
    update &&
      inEnvironment(`PATCH ${one}`, {
        body: update[0],
        run(env, { params, body }) {
          const found = find(env, params);
          return put(env, found.resource, update[1](env, found, body));
        },
      }),
    inEnvironment(`DELETE ${one}`, {
      run(env, { params }) {
        const { resource, part } = find(env, params);
        const { [part.key]: _, ...others } = of(resource);
        putResource(env, { ...resource, [kind]: others });
        return noContent;
      },
    }),
  ].filter((route) => route !== undefined);
}
