import { defaultTenant } from '@latchkey/directory-sync';
import { permissionsOf } from '@latchkey/permissions';
import type { GateDecision } from '@latchkey/permissions/trpc';
import { isAboutInstallation, policy, type AppPermission } from '@latchkey/policy';
import { and, asc, between, eq, isNull, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Logger } from 'pino';
import { LRUCache } from 'lru-cache';
import type { AccessQuestion, ExplainedAccess } from '../../directory/access-explanation.ts';
import type { DecidedCall } from '../../platform/trpc/create-contexts.ts';
import type { AuditEvent } from './audit-event.ts';
import { auditExplanations } from './tables.ts';

const minute = 60_000;
/** Maximum number of decisions queued for an explanation. */
const maxWaiting = 20;
/** Maximum characters of a stored explanation; a longer one is not stored. */
const maxJsonLength = 16_384;

export interface StoredExplanationsDeps {
  readonly db: NodePgDatabase;
  readonly read: (tenant: string, question: AccessQuestion) => Promise<ExplainedAccess>;
  /** Maximum number of decisions that this replica explains per minute; 0: none. */
  readonly perMinute: number;
  readonly now: () => Date;
  readonly log: Logger;
}

export type StoredExplanations = ReturnType<typeof createStoredExplanations>;

/**
 * Stores why a mutation was allowed or a call was denied, from facts that are read shortly afterwards and lead to the
 * same decision. An explanation takes several Permit API calls, so their number is limited, and a decision repeated
 * within a minute is not explained again.
 */
export function createStoredExplanations(deps: StoredExplanationsDeps) {
  const { db, read, perMinute, now, log } = deps;
  const recent = new LRUCache<string, true>({ max: 10_000, ttl: minute });
  let running = Promise.resolve();
  let waiting = 0;
  let counted = { since: Number.NEGATIVE_INFINITY, count: 0 };
  const isAdmitted = (): boolean => {
    const time = performance.now();
    if (time - counted.since >= minute) counted = { since: time, count: 0 };
    return waiting < maxWaiting && counted.count++ < perMinute;
  };
  const store = async (
    tenant: string,
    question: AccessQuestion,
    outcome: 'allow' | 'deny',
  ): Promise<void> => {
    const { explanation, roles } = await read(tenant, question);
    if (explanation.decided !== outcome || !explanation.agrees) return;

    const { subject, permission, instance } = question;
    const explained = { explanation: withoutText(explanation), roles };
    if (JSON.stringify(explained).length > maxJsonLength) return;
    const key = { tenant, actor: subject, action: permission, instance, outcome };
    await db.insert(auditExplanations).values({ ...key, at: now(), explained });
  };
  return {
    /** Call for every decision of a gate. Does not block or throw. */
    decided(
      { caller: { tenant, subject, viewAs, actors } }: DecidedCall,
      { type, permission, instance, outcome }: GateDecision,
    ): void {
      const known = permissionNamed(permission);
      // The explanation would describe the subject, not the viewer or actor.
      if (viewAs !== undefined || actors !== undefined) return;
      if (outcome === 'unavailable' || (outcome === 'allow' && type !== 'mutation')) return;
      if (known === undefined || (isAboutInstallation(known) && tenant !== defaultTenant)) return;
      const key = JSON.stringify([tenant, subject, permission, instance, outcome]);
      if (recent.has(key) || !isAdmitted()) return;
      recent.set(key, true);
      waiting++;
      running = running
        .then(() => store(tenant, { subject, permission: known, instance }, outcome))
        .catch((err: unknown) => log.warn({ err }, 'an explanation was not stored'))
        .finally(() => waiting--);
    },
    async find({ tenant, kind, at, actor, action, instance, outcome, detail }: AuditEvent) {
      const permission = permissionNamed(action);
      if (kind !== 'decision' || actor === null || permission === undefined) return undefined;
      if (detail !== null && ('viewAs' in detail || 'actsFor' in detail)) return undefined;
      const time = new Date(at);
      const { at: keptAt, explained, ...columns } = auditExplanations;
      const [row] = await db
        .select({ at: keptAt, explained })
        .from(auditExplanations)
        .where(
          and(
            eq(columns.tenant, tenant),
            eq(columns.actor, actor),
            eq(columns.action, action),
            instance === null ? isNull(columns.instance) : eq(columns.instance, instance),
            sql`${columns.outcome} = ${outcome}`,
            // The stored explanation of this decision, or of the same one within a minute before or after it.
            between(keptAt, new Date(time.getTime() - minute), new Date(time.getTime() + minute)),
          ),
        )
        .orderBy(asc(sql`abs(extract(epoch from ${keptAt} - ${at}::timestamptz))`))
        .limit(1);
      return row && { ...row, question: { subject: actor, permission, instance: instance ?? undefined } };
    },
    /** Resolves when the queue is empty. */
    idle: () => running,
  };
}

const permissions: readonly AppPermission[] = permissionsOf(policy);

function permissionNamed(name: string): AppPermission | undefined {
  return permissions.find((permission) => permission === name);
}

/** Omits the English texts, which are redundant. */
function withoutText(explanation: ExplainedAccess['explanation']): ExplainedAccess['explanation'] {
  return explanation.outcome === 'allow'
    ? { ...explanation, text: '', paths: itemsWithoutText(explanation.paths) }
    : { ...explanation, text: '', remedies: itemsWithoutText(explanation.remedies) };
}

function itemsWithoutText<Part extends { readonly text: string }>(parts: readonly Part[]): Part[] {
  return parts.map((part) => ({ ...part, text: '' }));
}
