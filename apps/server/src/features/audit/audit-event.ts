import { z } from 'zod';

/** The outcome of a gate's check of a call. `unavailable`: an outage prevented the decision. */
export type DecisionOutcome = 'allow' | 'deny' | 'unavailable';

/** How a change ended. `failed`: it was refused, or it is unknown whether it took effect. */
export type ChangeOutcome = 'done' | 'failed';

/** The channel through which a change was made. */
export type ChangeChannel = 'console' | 'cli' | 'request' | 'sync';

/** Every kind of change. Comments say what `before` and `after` contain where the name does not. */
export const changeActions = [
  'role.assign',
  'role.unassign',
  /** Access was removed: `after.done` lists the actions that took effect. */
  'member.remove',
  /** A removal was undone, or an account reactivated. */
  'member.restore',
  'request.create',
  'request.withdraw',
  'request.approve',
  'request.refuse',
  'request.undo',
  'grant.end',
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
  /** A deleted report was purged, with the roles on it. */
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
  /** `after` has the decision and the number of rows. */
  'review.decide',
  'review.finish',
  /** A manager retried the failed removals; `after.removals` is their number. */
  'review.retry',
  /** A manager gave up the removals that were still open; `after.givenUp` is their number. */
  'review.close',
  /** The evidence was sealed; `after.sha256` is its hash. */
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

/** The user or machine that made a call or a change. */
export interface Actor {
  /** The Permit key of the actor. */
  readonly subject: string;
  readonly isMachine?: boolean | undefined;
  /** The subject for whom the actor acted through a token exchange, and the prior actors. */
  readonly actsFor?: { readonly subject: string; readonly priorActors: readonly string[] } | undefined;
}

/** A change of access rights, or of shared content. */
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
  /**
   * The changed values before and after the change. They must not contain secrets, and should be a few hundred bytes at
   * most.
   */
  readonly before?: Readonly<Record<string, unknown>> | undefined;
  readonly after?: Readonly<Record<string, unknown>> | undefined;
  /** What triggered a change by the server itself, such as a delivery or a run. */
  readonly cause?: { readonly kind: string; readonly id?: string } | undefined;
  readonly requestId?: string | undefined;
}

/**
 * A change that is recorded once, after it was made: sync or the CLI made it, or it has no effect on access. All other
 * changes are made within `changing`, which first records that they begin, so that a crash of the server leaves a
 * trace.
 */
export type ReportedChange = ChangeRecord &
  (
    | { readonly channel: Exclude<ChangeChannel, 'console' | 'request'> }
    | { readonly action: 'audit.export' | 'audit.gap' | 'report.export' | 'review.export' }
  );

/** An event as stored, exported and streamed. Fields that do not apply are `null`. */
export interface AuditEvent {
  /** UUID version 7, whose first 48 bits are `at`. A receiver can use it to deduplicate events. */
  readonly id: string;
  /** ISO 8601, to the millisecond. */
  readonly at: string;
  /** Events about the whole installation belong to the tenant `default`. */
  readonly tenant: string;
  readonly kind: 'decision' | 'change';
  /** A permission (`reports:publish`), or a kind of change (`role.assign`). */
  readonly action: string;
  readonly outcome: DecisionOutcome | ChangeOutcome;
  /**
   * The Permit key of the user who made the call or the change: in a view as another user the viewer, with a token
   * exchange the actor. `null` for the server itself.
   */
  readonly actor: string | null;
  readonly actorKind: 'person' | 'machine' | 'system';
  readonly channel: 'gate' | ChangeChannel;
  /**
   * The Permit key of the user whom a change affects. For a decision: the user being viewed, for whom an actor acted,
   * or about whom a service asked.
   */
  readonly subject: string | null;
  readonly resource: string | null;
  /** The key of the instance. */
  readonly instance: string | null;
  readonly reason: string | null;
  /**
   * For a decision: `procedure`, `source`, and for a view its target, `viewAs`. For a change: `before`, `after`,
   * `cause`. For both, with an actor: `actsFor` with `subject` and `priorActors`.
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
/** A message that events of these tenants were stored. */
export type AuditChange = z.output<typeof AuditChange>;

export const auditTopic = { name: 'audit', schema: AuditChange };
