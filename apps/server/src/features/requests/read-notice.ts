import { eq } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { PdpDecider } from '../../directory/decisions.ts';
import type { FindPeople } from '../../directory/people.ts';
import { dateOf, type Notice, type ReadNotice } from '../../directory/notice.ts';
import { ruleOf, sharersOf, type ApprovalRules } from './decide-rights.ts';
import { accessGrants, accessRequests } from './tables.ts';
import { columnsOf, targetOf, type Target, type TargetColumns } from './target.ts';
import type { TitlesOf } from '../../directory/shared-resources.ts';

export interface ReadNoticeDeps {
  readonly db: NodePgDatabase;
  readonly findPeople: FindPeople;
  /** Omits titles of confidential reports, because it is unknown who reads an email or a webhook channel. */
  readonly titlesOf: TitlesOf;
  readonly decider: Pick<PdpDecider, 'authorizedUsers'>;
  readonly rules: ApprovalRules;
  readonly now: () => Date;
}

/** Reads the notices about requests and grants. */
export function createReadRequestNotice(deps: ReadNoticeDeps): ReadNotice {
  const { db, findPeople, titlesOf, decider, rules, now } = deps;
  const approversFor = async (tenant: string, target: Target): Promise<string[]> => {
    const keys = await Promise.all([
      decider.authorizedUsers({ tenant, permission: ruleOf(rules, columnsOf(target)).decidedWith }),
      target.kind === 'role' ? [] : sharersOf(decider, tenant, target),
    ]);
    return keys.flat();
  };
  const describe = async (
    { tenant, ...columns }: TargetColumns & { readonly tenant: string },
    subject: string,
  ) => {
    const target = targetOf(columns);
    if (target === undefined) return undefined;
    const people = await findPeople([subject]);
    const titles = target.kind === 'role' ? null : await titlesOf(tenant, target.resource, [target.id]);
    const title = target.kind === 'role' ? null : (titles?.get(target.id) ?? null);
    return { target, title, name: people.get(subject)?.name ?? subject };
  };

  return async ({ linkTo, recipients }, { id, kind, requestId, grantId, endsAt }) => {
    const link = (path: string, label: string, tenant: string): Notice['link'] => {
      const url = linkTo(path, tenant);
      return url === undefined ? undefined : { url, label };
    };
    if (kind === 'asked') {
      const [request] = await db
        .select()
        .from(accessRequests)
        .where(eq(accessRequests.id, requestId ?? id));
      if (request?.status !== 'open') return undefined;
      const { tenant, requester, reason, duration } = request;
      const described = await describe(request, requester);
      if (described === undefined) return undefined;
      const { target, title, name } = described;
      const headline = askedHeadline({ target, title, name, duration });
      const toApprovers = async (): Promise<string[]> => {
        const approvers = new Set(await approversFor(tenant, target));
        approvers.delete(requester);
        return recipients(tenant, kind, [...approvers]);
      };
      return {
        id,
        kind,
        tenant,
        headline,
        reason,
        link: link(`/requests/${requestId}`, 'Decide', tenant),
        email: { headline, field: 'bcc', recipients: toApprovers },
      };
    }
    const [found] = await db
      .select({ grant: accessGrants })
      .from(accessGrants)
      .leftJoin(accessRequests, eq(accessRequests.grantId, accessGrants.id))
      // A notice queued by an earlier version has only the request.
      .where(grantId === null ? eq(accessRequests.id, requestId ?? id) : eq(accessGrants.id, grantId));
    if (found === undefined) return undefined;
    const { tenant, subject, status, expiresAt } = found.grant;
    // The notice is obsolete if the grant was extended or removed, or has ended.
    const end = status === 'active' ? expiresAt : null;
    if (endsAt === null || end?.getTime() !== endsAt.getTime() || endsAt <= now()) return undefined;
    const described = await describe(found.grant, subject);
    if (described === undefined) return undefined;
    const { target, title, name } = described;
    return {
      id,
      kind,
      tenant,
      reason: null,
      headline: endsSoonHeadline({ target, title, name, endsAt }),
      link: link('/access', 'Request again', tenant),
      email: {
        headline: endsSoonHeadline({ target, title, name: undefined, endsAt }),
        field: 'to',
        recipients: () => recipients(tenant, kind, [subject]),
      },
    };
  };
}

export interface NamedTarget {
  readonly target: Target;
  readonly title: string | null;
}

/** Returns, for example, `Ann requested the role editor for 1 day.` `duration` is in seconds; `null` for no end. */
function askedHeadline(
  named: NamedTarget & { readonly name: string; readonly duration: number | null },
): string {
  return `${named.name} requested ${roleOf(named)} ${periodOf(named.duration)}.`;
}

/** `The role editor of Ann expires on 3 December 2026 at 14:30 UTC.` Without a name, starts with `Your role`. */
function endsSoonHeadline(
  named: NamedTarget & { readonly name: string | undefined; readonly endsAt: Date },
): string {
  const role =
    named.name === undefined
      ? `Your ${roleOf(named).slice(4)}`
      : `T${roleOf(named).slice(1)} of ${named.name}`;
  const time = named.endsAt.toISOString().slice(11, 16);
  return `${role} expires on ${dateOf(named.endsAt)} at ${time} UTC.`;
}

function roleOf({ target, title }: NamedTarget): string {
  const on =
    target.kind === 'role'
      ? ''
      : ` on the ${target.resource === 'reports' ? 'report' : 'collection'} "${title ?? target.id}"`;
  return `the role ${target.role}${on}`;
}

function periodOf(duration: number | null): string {
  if (duration === null) return 'permanently';
  const units = [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
  ] as const;
  const [unit, seconds] = units.find(([, length]) => duration >= length) ?? ['minute', 60];
  const count = Math.ceil(duration / seconds);
  return `for ${count} ${unit}${count === 1 ? '' : 's'}`;
}
