import type { AppPermission } from '@latchkey/policy';
import type { PlacedRole } from '../../directory/roles-in-tenant.ts';
import { heldRolesOf, type HeldRolesReads } from './held-roles.ts';
import { objectOf, targetOf, type TargetColumns } from './target.ts';
import { addedBy, nullInOutage } from './target-questions.ts';
import type { PermissionsFor } from '../../directory/decisions.ts';
import type { GrantRow } from './tables.ts';

export interface Meaning {
  /** The permissions that the requester would gain, in the policy's order. */
  readonly adds: AppPermission[];
  readonly holds: PlacedRole[];
  /** The end of the grant that the request would extend, ISO 8601; `null` if there is none. */
  readonly heldUntil: string | null;
}

type Asked = TargetColumns & { readonly tenant: string; readonly requester: string };

export interface ReadMeaningDeps {
  readonly reads: HeldRolesReads;
  readonly permissionsFor: PermissionsFor;
  readonly liveGrantsOf: (tenant: string, subjects: readonly string[]) => Promise<readonly GrantRow[]>;
}

export function createReadMeaning(deps: ReadMeaningDeps) {
  const meaningOf = async (
    request: Asked,
    { held, grants }: { readonly held: Promise<PlacedRole[]>; readonly grants: readonly GrantRow[] },
  ): Promise<Meaning> => {
    const { requester: subject, tenant } = request;
    const target = targetOf(request);
    const object = objectOf(request);
    const [adds, roles] = await Promise.all([
      target === undefined ? [] : addedBy(target, deps.permissionsFor({ subject, tenant })),
      held,
    ]);
    const grant = grants.find(
      (one) => one.subject === subject && one.role === request.role && objectOf(one) === object,
    );
    return {
      adds,
      holds: roles.filter(({ instance }) => instance === undefined || instance === object),
      heldUntil: grant?.expiresAt?.toISOString() ?? null,
    };
  };

  return {
    /** Reads the effect of one request. @throws {PermitApiError | AuthorizationUnavailableError} */
    async one(request: Asked): Promise<Meaning> {
      const { tenant, requester } = request;
      const held = heldRolesOf(deps.reads, { tenant, subject: requester });
      const [grants] = await Promise.all([deps.liveGrantsOf(tenant, [requester]), held]);
      return meaningOf(request, { held, grants });
    },
    /**
     * Reads the effects of requests of one tenant, in their order; `null` for one that is unavailable. Reads each
     * user's roles once.
     */
    async each(tenant: string, requests: readonly Asked[]): Promise<(Meaning | null)[]> {
      const people = new Set(requests.map(({ requester }) => requester));
      if (people.size === 0) return [];
      const grants = await deps.liveGrantsOf(tenant, [...people]);
      const held = new Map(
        [...people].map((key) => [key, heldRolesOf(deps.reads, { tenant, subject: key })]),
      );
      return Promise.all(
        requests.map(async (request) => {
          const roles = held.get(request.requester) ?? Promise.resolve([]);
          return meaningOf(request, { held: roles, grants }).catch(nullInOutage);
        }),
      );
    },
  };
}
