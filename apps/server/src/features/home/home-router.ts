import { permissionsOf } from '@latchkey/permissions';
import { policy, type AppPermission } from '@latchkey/policy';
import type { SignedIn } from '../../trpc/context.ts';
import { router, signedIn } from '../../trpc/trpc.ts';

/** Milliseconds: who was stopped longer ago has found a way. */
const period = 14 * 86_400_000;
/** Events that are read, and denials that are shown, at most. */
const most = { events: 50, shown: 5 };

/** A decision of a gate, as the audit log has it. */
interface StoredDecision {
  readonly at: string;
  readonly action: string;
  readonly instance: string | null;
}

export interface HomeRouterDeps {
  readonly now: () => Date;
  /** What somebody was denied in a tenant since a time, the newest first. */
  readonly denialsOf: (
    who: { readonly tenant: string; readonly subject: string },
    page: { readonly since: Date; readonly limit: number },
  ) => Promise<readonly StoredDecision[]>;
  /** The titles of those of these reports, or collections, that there are in the tenant. */
  readonly titlesOf: (
    tenant: string,
    resource: string,
    ids: readonly string[],
  ) => Promise<ReadonlyMap<string, string>>;
}

interface Denied {
  readonly permission: AppPermission;
  readonly instance: string | null;
  readonly at: string;
}

/** What the first page of the console says that no other page does. */
export function createHomeRouter({ now, denialsOf, titlesOf }: HomeRouterDeps) {
  const existing = async (tenant: string, found: readonly Denied[]): Promise<Denied[]> => {
    const idsOf = (resource: string): string[] =>
      found.flatMap(({ permission, instance }) =>
        instance !== null && permission.startsWith(`${resource}:`) ? [instance] : [],
      );
    const titles = await Promise.all(
      ['reports', 'collections'].map((resource) => titlesOf(tenant, resource, idsOf(resource))),
    );
    return found.filter(({ instance }) => instance === null || titles.some((some) => some.has(instance)));
  };
  return router({
    /**
     * What the caller was denied in the last two weeks, and is denied still: `[{ permission, instance, at, grantedBy,
     * grantedByInstanceRoles }]`, each once, the newest first, at most five. What is gone is left out, and the title of what one
     * may not read is not told.
     */
    denials: signedIn.query(async ({ ctx }) => {
      const { tenant, subject } = ctx.identity;
      const since = new Date(now().getTime() - period);
      const events = await denialsOf({ tenant, subject }, { since, limit: most.events });
      const once = new Map(
        // The newest of each is set last.
        events.toReversed().flatMap(({ at, action, instance }): [string, Denied][] => {
          const permission = known.find((one) => one === action);
          return permission === undefined ? [] : [[`${action} ${instance}`, { permission, instance, at }]];
        }),
      );
      const found = await existing(tenant, [...once.values()]);
      const denied = await stillDenied(ctx, found);
      return denied.toSorted((one, other) => other.at.localeCompare(one.at)).slice(0, most.shown);
    }),
  });
}

const known = permissionsOf(policy);

async function stillDenied({ permissions }: SignedIn, found: readonly Denied[]) {
  const decisions = await permissions.checkMany(
    found.map(({ permission, instance }) => ({ permission, on: instance ?? undefined })),
  );
  return found.flatMap((one, index) => {
    const decision = decisions[index];
    if (decision?.outcome !== 'deny') return [];
    const { grantedBy, grantedByInstanceRoles } = decision;
    return [{ ...one, grantedBy, grantedByInstanceRoles }];
  });
}
