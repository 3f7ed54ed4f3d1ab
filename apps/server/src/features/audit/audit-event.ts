import { z } from 'zod';
import type { Application } from '../../authentication/identity.ts';

/** `unavailable`: an outage prevented the decision. */
export type DecisionOutcome = 'allow' | 'deny' | 'unavailable';

/**
 * `failed`: the change was refused, or an error may have ended it. `unknown`: the server was killed, and nothing shows
 * whether the change was made.
 */
export type ChangeOutcome = 'done' | 'failed' | 'unknown';

export type ChangeChannel = 'console' | 'cli' | 'mcp' | 'request' | 'sync';

export const changeActions = [
  'role.assign',
  'role.unassign',
  /** `after.done` lists the actions that took effect. */
  'member.remove',
  /** Also recorded when an account is reactivated. */
  'member.restore',
  'request.create',
  'request.withdraw',
  'request.approve',
  'request.refuse',
  'request.undo',
  'grant.end',
  /** A person allowed or disconnected an application that acts for them, or an administrator disconnected it. */
  'application.allow',
  'application.disconnect',
  'application.block',
  'application.unblock',
  'invitation.create',
  'invitation.resend',
  'invitation.revoke',
  'invitation.accept',
  'report.create',
  'report.rename',
  'report.publish',
  'report.unpublish',
  'report.classify',
  'report.delete',
  'report.restore',
  'report.purge',
  'report.export',
  'collection.create',
  'collection.rename',
  'collection.add',
  'collection.take',
  'collection.delete',
  'share.give',
  'share.take',
  'review.create',
  'review.start',
  'review.cancel',
  'review.decide',
  'review.finish',
  /** `after.removals` is the number of failed removals to repeat. */
  'review.retry',
  /** `after.givenUp` is the number of open removals that a manager gave up. */
  'review.close',
  /** `after.sha256` is the hash of the evidence. */
  'review.seal',
  'review.note',
  'review.export',
  'user.create',
  'user.update',
  'user.delete',
  'tenant.create',
  'tenant.update',
  'tenant.delete',
  'policy.apply',
  'sync.pause',
  'sync.resume',
  'sync.replay',
  'sync.reconcile',
  'audit.export',
  /** A user views the console as `subject` or as `after.role`, until `after.until`. */
  'view-as.start',
  /** `after.end` is the reason: `hand` (the viewer ended it), `time`, `another` view was started, or lost `rights`. */
  'view-as.end',
  /** `after.count` events were lost, because neither PostgreSQL nor the disk accepted them. */
  'audit.gap',
] as const;

export type ChangeAction = (typeof changeActions)[number];

export interface Actor {
  /** The Permit key. */
  readonly subject: string;
  readonly isMachine?: boolean | undefined;
  /** In a token exchange: the user on whose behalf the actor calls, and earlier actors. */
  readonly actsFor?: { readonly subject: string; readonly priorActors: readonly string[] } | undefined;
  /** The application through which the actor made the call. */
  readonly via?: Application | undefined;
}

export interface ChangeRecord {
  /** Changes of the whole installation belong to the tenant `default`. */
  readonly tenant: string;
  readonly action: ChangeAction;
  readonly channel: ChangeChannel;
  /** `null` if the server itself made the change. */
  readonly actor: Actor | null;
  /** The Permit key of the affected user. */
  readonly subject?: string | undefined;
  /** The affected instance: `{ resource: 'reports', key }`. */
  readonly on?: { readonly resource: string; readonly key: string } | undefined;
  /** Default: `done`. */
  readonly outcome?: ChangeOutcome;
  /** The error code of a failed change. */
  readonly reason?: string | undefined;
  /** Must not contain secrets, and should be a few hundred bytes at most. */
  readonly before?: Readonly<Record<string, unknown>> | undefined;
  readonly after?: Readonly<Record<string, unknown>> | undefined;
  /** What triggered a change by the server itself, such as a delivery or a run. */
  readonly cause?: { readonly kind: string; readonly id?: string } | undefined;
  readonly requestId?: string | undefined;
}

/**
 * A change that is recorded only once, when it is over: sync or the CLI made it, or it has no effect on access.
 * `changing` records all other changes before they begin, so that a crash leaves a trace.
 */
export type ReportedChange = ChangeRecord &
  (
    | { readonly channel: Exclude<ChangeChannel, 'console' | 'mcp' | 'request'> }
    | { readonly action: 'audit.export' | 'audit.gap' | 'report.export' | 'review.export' }
  );

/** An event as stored, exported and streamed. Fields that do not apply are `null`. */
export interface AuditEvent {
  /** A UUID version 7, whose first 48 bits are `at`. Receivers can deduplicate by it. */
  readonly id: string;
  /** ISO 8601, to the millisecond. */
  readonly at: string;
  /** Events about the whole installation belong to the tenant `default`. */
  readonly tenant: string;
  readonly kind: 'decision' | 'change';
  /** A permission (`reports:publish`), or a kind of change (`role.assign`). */
  readonly action: string;
  readonly outcome: DecisionOutcome | ChangeOutcome;
  /** The Permit key: in a view, of the viewer; in a token exchange, of the actor. `null` for the server itself. */
  readonly actor: string | null;
  readonly actorKind: 'person' | 'machine' | 'system';
  readonly channel: 'gate' | ChangeChannel;
  /**
   * The Permit key of the user whom a change affects. For a decision: of the viewed user, of the user on whose behalf
   * an actor calls, or of the user about whom a service asks.
   */
  readonly subject: string | null;
  readonly resource: string | null;
  readonly instance: string | null;
  readonly reason: string | null;
  /**
   * A decision has `procedure`, `source` and, in a view, `viewAs`. A change has `before`, `after` and `cause`. In a
   * token exchange, both have `actsFor`; through an application, `via`.
   */
  readonly detail: Readonly<Record<string, unknown>> | null;
  /** Duration of the gate in microseconds. */
  readonly latency: number | null;
  readonly requestId: string | null;
  /** The id of the change's begin record, which is deleted in the statement that stores the event. */
  readonly begun?: string;
}

const AuditChange = z.object({
  tenants: z.array(z.string()),
  /** The users affected by the changes. Older versions do not send this field. */
  about: z.array(z.object({ tenant: z.string(), subject: z.string() })).default([]),
});
export type AuditChange = z.output<typeof AuditChange>;

export const auditTopic = { name: 'audit', schema: AuditChange };
