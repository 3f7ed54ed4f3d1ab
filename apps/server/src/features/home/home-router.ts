import { permissionsOf } from '@latchkey/permissions';
import { policy, type AppPermission } from '@latchkey/policy';
import type { SignedIn } from '../../platform/trpc/context.ts';
import { router, signedIn } from '../../platform/trpc/trpc.ts';
import type { TitlesOf } from '../../directory/shared-resources.ts';

/** Milliseconds after which a denial is no longer relevant. */
const period = 14 * 86_400_000;
/** The maximum numbers of denials checked and shown. */
const max = { checked: 50, shown: 5 };

interface StoredDenial {
  readonly at: string;
  readonly action: string;
  readonly instance: string | null;
}

export interface HomeRouterDeps {
  readonly now: () => Date;
  /** Returns when a user was last denied each permission and instance since a time, newest first. */
  readonly denialsOf: (
    who: { readonly tenant: string; readonly subject: string },
    page: { readonly since: Date; readonly limit: number },
  ) => Promise<readonly StoredDenial[]>;
  readonly titlesOf: TitlesOf;
}

interface Denied {
  readonly permission: AppPermission;
  readonly instance: string | null;
  readonly at: string;
}

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
     * Returns the caller's denials of the last two weeks that still hold, on instances that still exist: newest first,
     * at most five, each permission and instance once.
     */
    denials: signedIn.query(async ({ ctx }) => {
      const { tenant, subject } = ctx.identity;
      const since = new Date(now().getTime() - period);
      const stored = await denialsOf({ tenant, subject }, { since, limit: max.checked });
      const current = stored.flatMap(({ at, action, instance }): Denied[] => {
        const permission = known.find((one) => one === action);
        return permission === undefined ? [] : [{ permission, instance, at }];
      });
      return (await stillDenied(ctx, await existing(tenant, current))).slice(0, max.shown);
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
