import { z } from 'zod/v4';
import { pageSize } from '../permit/list-all.ts';
import { parseResponse } from '../permit/parse-response.ts';
import type { CallPermit } from '../permit/permit-caller.ts';
import { valueOnStatus } from '../permit/value-on-status.ts';
import {
  AssignmentResponse,
  TupleResponse,
  type AssignedRole,
  type Tuple,
} from '../policy-as-code/environment/environment-facts.ts';
import { rawApi } from '../policy-as-code/environment/raw-api.ts';
import { FactsLimitError, UnsteadyListError } from './local-errors.ts';

/** How often a list is read when it changes meanwhile. */
const attempts = 3;

const UserResponse = z.object({ key: z.string() });

/** A list of facts, as Permit's API names it. */
export type FactList = 'users' | 'role_assignments' | 'relationship_tuples';
type Filter = Readonly<Record<string, string>>;

/**
 * The lists of Permit's API that roles are decided by. Every method rejects with a `PermitApiError`. Read the policy with the same
 * caller before: that is how the SDK learns the environment of its key.
 */
export interface FactLists {
  users(): Promise<string[]>;
  assignments(): Promise<AssignedRole[]>;
  links(): Promise<Tuple[]>;
  /** How many items a list has, by one small call. */
  count(list: FactList): Promise<number>;
  /** What is said of one user. */
  ofUser(key: string): Promise<{ readonly isKnown: boolean; readonly assignments: AssignedRole[] }>;
  /** What is said of one instance, `resource:key`. */
  ofInstance(object: string): Promise<{ readonly assignments: AssignedRole[]; readonly links: Tuple[] }>;
}

/** Told how far the reading of a list is. */
export type OnProgress = (list: FactList, read: number, total: number | undefined) => void;

interface Reading<Shape extends z.ZodType> {
  readonly item: Shape;
  /** Two items with the same text are one. */
  readonly keyOf: (item: z.output<Shape>) => string;
  readonly filter?: Filter;
}

/**
 * Reads lists page by page, one call after the other. A list counts as read only when as many different items came as Permit says
 * that there are, and no page said that there are fewer than the one before: a page that is cut short, or items that moved between
 * pages while others were removed, show in that.
 * @param maxFacts - items of a list at most
 */
export function createFactLists(call: CallPermit, maxFacts: number, onProgress: OnProgress): FactLists {
  const readPage = async <Shape extends z.ZodType>(path: FactList, item: Shape, params: object) => {
    const operation = `list ${path.replaceAll('_', ' ')}`;
    const body = await call(operation, (permit) =>
      rawApi(permit).get('facts', path, { ...params, include_total_count: true }),
    );
    const List = z.object({ data: z.array(item), total_count: z.number().int().nonnegative() });
    const parsed = parseResponse(List, operation, body);
    if (parsed.total_count > maxFacts) throw new FactsLimitError(path, parsed.total_count, maxFacts);
    return parsed;
  };

  const readOnce = async <Shape extends z.ZodType>(
    path: FactList,
    { item, keyOf, filter }: Reading<Shape>,
  ) => {
    const found = new Map<string, z.output<Shape>>();
    let total = 0;
    for (let page = 1; ; page++) {
      // oxlint-disable-next-line no-await-in-loop -- one at a time: Permit limits the rate
      const { data, total_count } = await readPage(path, item, { ...filter, page, per_page: pageSize });
      // Behind what is removed everything moves up, and one item of the next page is seen by nobody.
      if (total_count < total) return undefined;
      total = total_count;
      for (const one of data) found.set(keyOf(one), one);
      if (filter === undefined) onProgress(path, found.size, total_count);
      if (data.length >= pageSize && page * pageSize < maxFacts + pageSize) continue;
      return found.size === total ? [...found.values()] : undefined;
    }
  };

  const read = async <Shape extends z.ZodType>(path: FactList, reading: Reading<Shape>) => {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const items = await readOnce(path, reading); // oxlint-disable-line no-await-in-loop -- again only when the list has changed
      if (items !== undefined) return items;
    }
    throw new UnsteadyListError(path);
  };
  const readAssignments = (filter?: Filter) =>
    read('role_assignments', { item: AssignmentResponse, keyOf: assignmentKey, ...(filter && { filter }) });
  const readLinks = (filter?: Filter) =>
    read('relationship_tuples', { item: TupleResponse, keyOf: tupleKey, ...(filter && { filter }) });

  return {
    async users() {
      const users = await read('users', { item: UserResponse, keyOf: ({ key }) => key });
      return users.map(({ key }) => key);
    },
    assignments: () => readAssignments(),
    links: () => readLinks(),
    count: async (path) => (await readPage(path, z.unknown(), { page: 1, per_page: 1 })).total_count,
    async ofUser(key) {
      const found = await valueOnStatus(404, undefined, () =>
        call(`read user ${key}`, ({ api }) => api.users.get(key)),
      );
      // Roles may have outlived their user.
      const assignments = await readAssignments({ user: key });
      return { isKnown: found !== undefined, assignments: assignments.filter(({ user }) => user === key) };
    },
    async ofInstance(object) {
      const assignments = await readAssignments({ resource_instance: object });
      const links = [...(await readLinks({ object })), ...(await readLinks({ subject: object }))];
      return {
        assignments: assignments.filter(({ resource_instance: on }) => on === object),
        links: [...new Map(links.map((link) => [tupleKey(link), link])).values()],
      };
    },
  };
}

function assignmentKey({ user, role, tenant, resource_instance: object }: AssignedRole): string {
  return JSON.stringify([user, role, tenant, object ?? null]);
}

function tupleKey({ subject, relation, object }: Tuple): string {
  return JSON.stringify([subject, relation, object]);
}
