/** What a gate decided about a call. */
export type DecisionOutcome = 'allow' | 'deny' | 'unavailable';

/** How a change ended. `failed`: it was refused, or nobody knows whether it was carried out. */
export type ChangeOutcome = 'done' | 'failed';

/** Through what a change was made. */
export type ChangeChannel = 'console' | 'cli' | 'request' | 'sync';

/** Every kind of change, and what `before` and `after` are about. */
export const changeActions = [
  'role.assign',
  'role.unassign',
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
  'report.classify',
  'report.delete',
  'report.restore',
  /** A deleted report was removed, with the roles on it. */
  'report.purge',
  'report.export',
  'collection.create',
  'collection.rename',
  'collection.add',
  'collection.take',
  'collection.delete',
  'share.give',
  'share.take',
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
  /** Somebody sees the console as `subject`, or as `after.role`, until `after.until`. */
  'view-as.start',
  /** `after.end`: by `hand`, `time`, `another` view, or lost `rights`. */
  'view-as.end',
  /** Events were lost: `after.count` of them, because neither PostgreSQL nor the disk took them. */
  'audit.gap',
] as const;

export type ChangeAction = (typeof changeActions)[number];

/** Who asked or acted. */
export interface Actor {
  /** The key in Permit. */
  readonly subject: string;
  readonly isMachine?: boolean | undefined;
  /** For whom they acted, by a token exchange, and the actors before them. */
  readonly actsFor?: { readonly subject: string; readonly priorActors: readonly string[] } | undefined;
}

/** A change of who may do what, or of something that is shared. */
export interface ChangeRecord {
  /** What is about the whole installation belongs to the tenant `default`. */
  readonly tenant: string;
  readonly action: ChangeAction;
  readonly channel: ChangeChannel;
  /** `null`: the server itself. */
  readonly actor: Actor | null;
  /** The key in Permit of whom it is about. */
  readonly subject?: string | undefined;
  /** The resource and the key of the instance it is about: `{ resource: 'reports', key }`. */
  readonly on?: { readonly resource: string; readonly key: string } | undefined;
  /** Default: `done`. */
  readonly outcome?: ChangeOutcome;
  /** The code of what refused it. */
  readonly reason?: string | undefined;
  /** What was, and what is now: only what changed. Never a secret, at most a few hundred bytes. */
  readonly before?: Readonly<Record<string, unknown>> | undefined;
  readonly after?: Readonly<Record<string, unknown>> | undefined;
  /** What made the server act by itself: a delivery, a run. */
  readonly cause?: { readonly kind: string; readonly id?: string } | undefined;
  readonly requestId?: string | undefined;
}

/**
 * A change that needs no record of its beginning: it was made by sync or by the command line, of which this server only hears, or it
 * changes nothing. Everything else is made within `changing`, whose record survives a killed server.
 */
export type ReportedChange = ChangeRecord &
  (
    | { readonly channel: Exclude<ChangeChannel, 'console' | 'request'> }
    | { readonly action: 'audit.export' | 'audit.gap' | 'report.export' }
  );

/** One event as it is stored, exported and streamed. Fields that do not apply are `null`. */
export interface AuditEvent {
  /** UUID version 7: its first 48 bits are `at`. Who gets an event twice can tell by it. */
  readonly id: string;
  /** ISO 8601, to the millisecond. */
  readonly at: string;
  /** What is about the whole installation belongs to the tenant `default`. */
  readonly tenant: string;
  readonly kind: 'decision' | 'change';
  /** A permission (`reports:publish`), or a kind of change (`role.assign`). */
  readonly action: string;
  readonly outcome: DecisionOutcome | ChangeOutcome;
  /**
   * Who asked or acted: a key in Permit; in a view as somebody else who views, by a token exchange who acts for its subject. `null`: the
   * server itself.
   */
  readonly actor: string | null;
  readonly actorKind: 'person' | 'machine' | 'system';
  readonly channel: 'gate' | ChangeChannel;
  /** Whom a change is about, or as whom a decision was asked for in a view or by who acts for them: a key in Permit. */
  readonly subject: string | null;
  readonly resource: string | null;
  /** The key of the instance. */
  readonly instance: string | null;
  readonly reason: string | null;
  /**
   * Of a decision: `procedure`, `source`, and `viewAs` of one in a view: as whom. Of a change: `before`, `after`, `cause`. Of both
   * `actsFor`, when somebody acted for somebody else: `subject`, and `priorActors`.
   */
  readonly detail: Readonly<Record<string, unknown>> | null;
  /** Microseconds that the gate took. */
  readonly latency: number | null;
  readonly requestId: string | null;
  /** Of a change that was remembered when it began: under which id. It is forgotten with the statement that stores the event. */
  readonly begun?: string;
}
