import type { Check, Decider } from '../core/decision.ts';
import { maxGateQuestions } from '../core/gate-question.ts';
import { rulesGranting } from '../core/grants.ts';
import type { ListPlan } from '../list/list-plan.ts';
import type { PermissionOf, Policy } from '../core/policy.ts';
import { wholeResource, type CheckOf } from './check-of.ts';
import { answerOf, boundedBy, type AuthZenCaller } from './evaluate.ts';
import {
  InvalidRequestError,
  objectIn,
  readEntities,
  type Asked,
  type Fields,
  type Target,
} from './read-request.ts';

/** The answer of a search (section 8.3). `page` is the first key, as the specification recommends. */
export interface SearchAnswer {
  readonly page?: { readonly next_token: string; readonly count: number };
  readonly results: readonly Fields[];
}

type FindUsers<P extends Policy> = (
  question: Omit<Check<PermissionOf<P>>, 'subject'>,
) => Promise<readonly string[]>;

/**
 * Functions that find candidates. Without `findSubjects` or `findResources`, its search is not offered. When one throws
 * `ListNotPlannableError`, for example because there are too many candidates, the search is 501.
 */
export interface AuthZenSearches<P extends Policy> {
  /**
   * Returns the keys of the users to whom roles grant the permission, for example `decider.authorizedUsers`. Each
   * returned user is then checked, so the result may include users without the permission.
   */
  readonly findSubjects?: FindUsers<P> | undefined;
  /**
   * Returns the keys of the users to whom a rule can grant the permission: all members of the tenant, and every user if a
   * user set lacks `anyRole`. Called in addition to `findSubjects`, and only for permissions that a rule grants, because
   * Permit's `authorizedUsers` ignores rules. Default: none, and the search for subjects is 501 for these permissions.
   *
   * @example
   * findMembers: async ({ tenant }) => (await directory.listMembers(tenant)).map(({ key }) => key)
   */
  readonly findMembers?: FindUsers<P> | undefined;
  /**
   * Returns the keys of the instances that a plan selects in the application's table, for example with `drizzleWhere`.
   * The key `*` stands for the resource as a whole. Each returned key is then checked. Not called for a plan of the
   * kind `none`. Requires a decider with `list`.
   */
  readonly findResources?: ((plan: ListPlan<never>) => Promise<readonly string[]>) | undefined;
}

/** The options do not include the functions that the search needs. */
export class SearchNotOfferedError extends Error {
  override readonly name = 'SearchNotOfferedError';
}

export interface Search {
  readonly offered: ReadonlySet<Target>;
  /**
   * @throws {InvalidRequestError} @throws {SearchNotOfferedError}
   * @throws {AuthorizationUnavailableError} @throws {ListNotPlannableError}
   */
  run(target: Target, body: Fields, caller: AuthZenCaller): Promise<SearchAnswer>;
}

/** The maximum number of results on a page, and of candidates that are checked to fill it. */
const maxPage = 1_000;

export function createSearch<P extends Policy>(
  {
    policy,
    decider: unbounded,
    findSubjects,
    findMembers,
    findResources,
  }: AuthZenSearches<P> & {
    readonly policy: P;
    readonly decider: Decider<PermissionOf<P>>;
  },
  checkOf: CheckOf<P>,
): Search {
  type PolicyCheck = Check<PermissionOf<P>>;

  /** A check for each candidate, with the result to return if it is allowed. Empty if the policy cannot allow any. */
  const candidatesOf = async (
    target: Target,
    asked: Asked,
    { tenant, decider }: { readonly tenant: string; readonly decider: Decider<PermissionOf<P>> },
  ): Promise<[PolicyCheck, Fields][]> => {
    const { type } = asked.resource;
    if (target === 'action') {
      return (policy.resources[type]?.actions ?? []).flatMap((name): [PolicyCheck, Fields][] => {
        const check = checkOf({ ...asked, action: { name, properties: {} } }, tenant);
        return typeof check === 'string' ? [] : [[check, { name }]];
      });
    }
    const check = checkOf(asked, tenant);
    if (typeof check === 'string') return [];
    const { permission, userAttributes, context } = check;
    if (target === 'subject') {
      const finders = [findSubjects, ...(rulesGranting(policy, permission).length > 0 ? [findMembers] : [])];
      const keys = await Promise.all(
        finders.map((find) => find?.(check) ?? Promise.reject(new SearchNotOfferedError())),
      );
      return sorted(keys.flat()).map((id) => [
        { ...check, subject: id, userAttributes: undefined },
        { type: asked.subject.type, id },
      ]);
    }
    const plan = await decider.list?.<never>({
      subject: check.subject,
      tenant,
      permission,
      relations: [],
      userAttributes,
      context,
    });
    const keys = plan === undefined || plan.kind === 'none' ? [] : await findResources?.(plan);
    return sorted(keys ?? []).map((id) => [
      { ...check, instance: id === wholeResource ? undefined : id },
      { type, id },
    ]);
  };

  const offered = new Set<Target>([
    ...(findSubjects === undefined ? [] : ['subject' as const]),
    ...(findResources === undefined || unbounded.list === undefined ? [] : ['resource' as const]),
    'action',
  ]);

  return {
    offered,
    async run(target, body, caller) {
      if (!offered.has(target)) throw new SearchNotOfferedError();
      const { tenant } = caller;
      const decider = boundedBy(unbounded, caller);
      const asked = readEntities(body, target);
      const page = objectIn(body, 'page');
      const print = await fingerprint([target, tenant, asked]);
      const { from, limit } = readPage(page ?? {}, print);
      const candidates = await candidatesOf(target, asked, { tenant, decider });
      const last = Math.min(candidates.length, from + maxPage);
      const results: Fields[] = [];
      let next = from;
      while (next < last && results.length < limit) {
        const part = candidates.slice(next, Math.min(last, next + maxGateQuestions));
        // oxlint-disable-next-line no-await-in-loop -- a full page needs no more checks
        const decisions = await decider.decide(part.map(([check]) => check));
        for (const [index, [, result]] of part.entries()) {
          if (results.length === limit) break;
          if (answerOf(decisions[index]).decision) results.push(result);
          next += 1;
        }
      }
      const next_token = next < candidates.length ? btoa(JSON.stringify([next, limit, print])) : '';
      if (page === undefined && next_token === '') return { results };
      return { page: { next_token, count: results.length }, results };
    },
  };
}

function sorted(keys: readonly string[]): string[] {
  return [...new Set(keys)].toSorted();
}

/**
 * With a token, the limit is that of the first request (section 8.2).
 * @throws {InvalidRequestError}
 */
function readPage(
  { token, limit }: Fields,
  print: string,
): { readonly from: number; readonly limit: number } {
  if (limit !== undefined && !isCount(limit))
    throw new InvalidRequestError('`page.limit` must be a non-negative integer.');
  if (token === undefined) return { from: 0, limit: Math.min(limit ?? maxPage, maxPage) };
  const [from, ofToken, printed] = readToken(token);
  if (!isCount(from) || !isCount(ofToken) || printed !== print || (limit !== undefined && limit !== ofToken))
    throw new InvalidRequestError('`page.token` does not belong to this search.');
  return { from, limit: ofToken };
}

function readToken(token: unknown): readonly unknown[] {
  try {
    const read: unknown = JSON.parse(atob(String(token)));
    return Array.isArray(read) ? read : [];
  } catch {
    return [];
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

/** Identifies the search, so that a token of another search is refused. */
async function fingerprint(search: unknown): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(search)));
  return btoa(String.fromCharCode(...new Uint8Array(digest).slice(0, 12)));
}
