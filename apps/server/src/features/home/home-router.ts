import { permissionsOf } from '@latchkey/permissions';
import { policy, type AppPermission } from '@latchkey/policy';
import type { SignedIn } from '../../platform/trpc/context.ts';
import { router, signedIn } from '../../platform/trpc/trpc.ts';
import type { TitlesOf } from '../../directory/shared-resources.ts';

/** Milliseconds after which a denial is no longer relevant. */
const period = 14 * 86_400_000;
/** The maximum numbers of events read and of denials shown. */
const most = { events: 50, shown: 5 };

/** A gate decision in the audit log. */
interface StoredDecision {
  readonly at: string;
  readonly action: string;
  readonly instance: string | null;
}

export interface HomeRouterDeps {
  readonly now: () => Date;
  /** Returns a user's denials in a tenant since a time, newest first. */
  readonly denialsOf: (
    who: { readonly tenant: string; readonly subject: string },
    page: { readonly since: Date; readonly limit: number },
  ) => Promise<readonly StoredDecision[]>;
  readonly titlesOf: TitlesOf;
}

interface Denied {
  readonly permission: AppPermission;
  readonly instance: string | null;
  readonly at: string;
}

/** Procedures for content that only the console's home page shows. */
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
     * Returns the caller's denials of the last two weeks that still hold: `[{ permission, instance, at, grantedBy,
     * grantedByInstanceRoles }]`, newest first, at most five, each permission and instance once. Omits denials on
     * instances that no longer exist.
     */
    denials: signedIn.query(async ({ ctx }) => {
      const { tenant, subject } = ctx.identity;
      const since = new Date(now().getTime() - period);
      const events = await denialsOf({ tenant, subject }, { since, limit: most.events });
      const once = new Map(
        // Of equal keys, the last entry remains: the newest denial.
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
