import { and, desc, eq, isNotNull } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Instance } from '../../directory/shared-resources.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { ApprovalRules } from './approval-rule.ts';
import { mayDecide, sharable } from './decide-rights.ts';
import { createRequestStore, type RequestStoreDeps, type RequestWithGrant } from './request-store.ts';
import { accessGrants } from './tables.ts';
import { instanceIn } from './target.ts';

/** Notification data from requests and grants. */
interface About<Kind extends string> {
  /** Stable as long as the subject matter is the same. */
  readonly id: string;
  readonly kind: Kind;
  readonly at: Date;
  readonly roles: readonly string[];
  readonly on: Instance | null;
  /** The Permit key of the requester. */
  readonly by: string | null;
  readonly request: string | null;
  readonly endsAt: string | null;
}

/** A user's roles that end soon, as announced. */
export async function endingSoonOf(
  db: NodePgDatabase,
  of: { readonly tenant: string; readonly subject: string },
): Promise<About<'ends-soon'>[]> {
  const { tenant, subject, status, warnedAt } = accessGrants;
  const grants = await db
    .select()
    .from(accessGrants)
    .where(and(eq(tenant, of.tenant), eq(subject, of.subject), eq(status, 'active'), isNotNull(warnedAt)))
    .orderBy(desc(warnedAt))
    .limit(50);
  return grants.flatMap((grant) =>
    grant.warnedAt === null || grant.expiresAt === null
      ? []
      : [
          {
            // An extended grant ends at another time, which is a new notification.
            id: `ends-soon:${grant.id}:${grant.expiresAt.getTime()}`,
            kind: 'ends-soon',
            at: grant.warnedAt,
            roles: [grant.role],
            on: instanceIn(grant),
            by: null,
            request: null,
            endsAt: grant.expiresAt.toISOString(),
          },
        ],
  );
}

/** Open requests that the caller can decide, newest first. @throws {AuthorizationUnavailableError} */
export async function toDecide(
  deps: RequestStoreDeps & { readonly rules: ApprovalRules },
  caller: SignedIn,
  limit: number,
): Promise<About<'to-decide'>[]> {
  const page = await openFor(deps, caller, limit);
  return page.map((request) => ({
    id: `to-decide:${request.id}`,
    kind: 'to-decide',
    at: request.createdAt,
    roles: [request.role],
    on: instanceIn(request),
    by: request.requester,
    request: request.id,
    endsAt: null,
  }));
}

async function openFor(
  deps: RequestStoreDeps & { readonly rules: ApprovalRules },
  { identity: { tenant, subject }, permissions }: SignedIn,
  limit: number,
): Promise<RequestWithGrant[]> {
  const viewsAll = (await permissions.check('requests:view')).outcome === 'allow';
  const among = viewsAll ? 'all' : await sharable(permissions);
  const page = await createRequestStore(deps, tenant).list({
    status: 'open',
    after: undefined,
    limit,
    among,
  });
  const may = await mayDecide(permissions, deps.rules, page);
  return page.filter(
    ({ requester, approvals }, index) =>
      may[index] === true && requester !== subject && !approvals.some(({ by }) => by === subject),
  );
}
