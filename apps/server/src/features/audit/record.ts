import type { GateDecision } from '@latchkey/permissions/trpc';
import { LRUCache } from 'lru-cache';
import { v7 as uuidV7 } from 'uuid';
import type { Context } from '../../platform/trpc/context.ts';
import type { DecidedCall } from '../../platform/trpc/create-contexts.ts';
import { asAppError, isRefusal } from '../../platform/trpc/error-data.ts';
import { callerOf, type Identity } from '../../authentication/identity.ts';
import type { Actor, AuditEvent, ChangeRecord, ReportedChange } from './audit-event.ts';
import type { Transaction } from '../../platform/database/open-database.ts';
import type { BegunChanges } from './begun-changes.ts';
import type { AskedCount, EventStore } from './event-store.ts';
import { detailOf } from './detail-of.ts';
import type { EventWriter } from './event-writer.ts';

export type { ChangeAction, ChangeRecord } from './audit-event.ts';

/** Records the decisions and changes of all features. `decided`, `asked` and `changed` neither throw nor wait. */
export interface Audit {
  readonly decided: (call: DecidedCall, decision: GateDecision) => void;
  /** Counts a check for a page's buttons. */
  readonly asked: (count: Omit<AskedCount, 'hour'>) => void;
  /** Records a change that was made elsewhere or that has no effect. */
  readonly changed: (change: ReportedChange) => void;
  /**
   * Makes a change and records its outcome, which is read later if the server is killed or the call fails with an
   * unknown effect, for example by a timeout. `describe` returns the fields that depend on the result, or `undefined`
   * if nothing changed; by default, `false` means that nothing changed. Nothing is recorded if nothing changed, or if
   * `make` rejects with an error below status 500.
   * @throws the error of `make`
   */
  readonly changing: <Result>(
    change: ChangeRecord,
    make: () => Promise<Result>,
    describe?: (result: Result) => Partial<ChangeRecord> | undefined,
  ) => Promise<Result>;
  /** Records a change within this transaction; a rollback discards the record. @throws {DatabaseError} */
  readonly changedWith: (transaction: Transaction, change: ChangeRecord) => Promise<void>;
  /** Resolves when few events are pending, or after a few seconds. Await it when recording thousands of events. */
  readonly hasRoom: () => Promise<void>;
}

export type ChangeOrigin = Pick<ChangeRecord, 'tenant' | 'channel' | 'actor' | 'requestId'>;

export type CallOrigin = ChangeOrigin & { readonly actor: Actor };

export function originOf(
  call: Pick<Context, 'channel'> & Pick<ChangeRecord, 'requestId'> & { readonly identity: Identity },
): CallOrigin {
  const { identity, requestId, channel } = call;
  return { tenant: identity.tenant, channel, actor: callerOf(identity), requestId };
}

/** Milliseconds within which repeated reads of the log by the same user are recorded once. */
const readingPause = 60_000;

export function isReadingOfLog({ action, outcome }: Pick<AuditEvent, 'action' | 'outcome'>): boolean {
  return action === 'audit:view' && outcome === 'allow';
}

/** Maximum number of characters stored of a key, a code or an id. */
const maxTextLength = 256;

/** The reason recorded for a change whose server was killed before the change was made, as far as is known. */
const interrupted = 'INTERRUPTED';

export interface AuditDeps {
  readonly writer: Pick<EventWriter, 'add' | 'addAsked' | 'hasRoom'>;
  readonly store: Pick<EventStore, 'insertWith'>;
  readonly begunChanges: Pick<BegunChanges, 'begin' | 'leave' | 'forget'>;
  /** During an outage of PostgreSQL, a change is still made, but leaves no trace if the server is then killed. */
  readonly onOutage: (error: unknown) => void;
  /** Called with events that were stored without the writer. */
  readonly onStored: (events: readonly AuditEvent[]) => void;
  readonly now: () => Date;
}

export function createAudit(deps: AuditDeps): Audit {
  const { writer, store, begunChanges, onOutage, onStored, now } = deps;
  const readers = new LRUCache<string, true>({ max: 1_000, ttl: readingPause });
  const isRepeated = (reader: string): boolean => {
    if (readers.has(reader)) return true;
    readers.set(reader, true);
    return false;
  };
  const eventOf = ({ tenant, action, channel, actor, ...rest }: ChangeRecord): AuditEvent => {
    const { subject, on, outcome, reason, before, after, cause, requestId } = rest;
    return {
      ...stamp(now()),
      tenant,
      kind: 'change',
      action,
      outcome: outcome ?? 'done',
      ...actorOf(actor),
      channel,
      subject: text(subject ?? actor?.actsFor?.subject),
      resource: text(on?.resource),
      instance: text(on?.key),
      reason: text(reason),
      detail: detailOf({ before, after, cause, actsFor: actor?.actsFor, via: actor?.via }),
      latency: null,
      requestId: text(requestId),
    };
  };
  const begin = (event: AuditEvent): Promise<string | undefined> =>
    begunChanges.begin(event).then(
      () => event.id,
      (error: unknown) => {
        onOutage(error);
        return undefined;
      },
    );
  const forget = (id: string): void => void begunChanges.forget(id).catch(onOutage);
  const changed: Audit['changed'] = (change) => writer.add(eventOf(change), true);
  return {
    changed,
    async changedWith(transaction, change) {
      const events = [eventOf(change)];
      await store.insertWith(transaction, events);
      // Pages are notified with a short delay, when the transaction has normally been committed.
      onStored(events);
    },
    hasRoom: () => writer.hasRoom(),
    async changing(change, make, describe = (result) => (result === false ? undefined : {})) {
      const begun = await begin(eventOf({ ...change, outcome: 'failed', reason: interrupted }));
      const end = (ended: ChangeRecord | undefined): void => {
        if (ended !== undefined) writer.add({ ...eventOf(ended), ...(begun && { begun }) }, true);
        else if (begun !== undefined) forget(begun);
      };
      const result = await make().catch((error: unknown) => {
        const { code, status } = asAppError(error);
        if (status < 500) end(undefined);
        else if (begun === undefined || isRefusal(error))
          end({ ...change, outcome: isRefusal(error) ? 'failed' : 'unknown', reason: code });
        else void begunChanges.leave(begun, code).catch(onOutage);
        throw error;
      });
      const more = describe(result);
      end(more && { ...change, ...more });
      return result;
    },
    decided(
      { caller, requestId, about },
      { path, permission, instance, outcome, decision, outage, ...made },
    ) {
      const actor = callerOf(caller);
      const viewAs = viewedIn(caller);
      const reader = JSON.stringify([caller.tenant, actor, viewAs]);
      if (isReadingOfLog({ action: permission, outcome }) && isRepeated(reader)) return;
      const reason = decision?.outcome === 'deny' ? decision.reason : outage;
      const { source, duration } = made;
      const event: AuditEvent = {
        ...stamp(now()),
        tenant: caller.tenant,
        kind: 'decision',
        action: permission,
        outcome,
        ...actorOf(actor),
        channel: 'gate',
        subject: text(
          about ?? (caller.viewAs?.target.kind === 'person' ? caller.subject : actor.actsFor?.subject),
        ),
        resource: permission.slice(0, permission.indexOf(':')),
        instance: text(instance),
        reason: reason ?? null,
        detail: {
          procedure: path,
          ...(source !== undefined && { source }),
          ...viewAs,
          ...(actor.actsFor && { actsFor: actor.actsFor }),
          ...(actor.via && { via: actor.via }),
        },
        latency: Math.round(duration * 1_000),
        requestId: text(requestId),
      };
      writer.add(event, false);
    },
    asked(count) {
      writer.addAsked({ ...count, hour: `${now().toISOString().slice(0, 13)}:00:00.000Z` });
    },
  };
}

function stamp(at: Date): Pick<AuditEvent, 'id' | 'at'> {
  return { id: uuidV7({ msecs: at.getTime() }), at: at.toISOString() };
}

function actorOf(actor: Actor | null): Pick<AuditEvent, 'actor' | 'actorKind'> {
  if (actor === null) return { actor: null, actorKind: 'system' };
  return { actor: text(actor.subject), actorKind: actor.isMachine === true ? 'machine' : 'person' };
}

function viewedIn({ viewAs }: Identity) {
  if (viewAs === undefined) return undefined;
  const { kind: _, ...who } = viewAs.target;
  return { viewAs: who };
}

/** Truncates a long text, and replaces NUL and unpaired surrogates, which PostgreSQL does not accept. */
function text(value: string | undefined): string | null {
  if (value === undefined) return null;
  const short = value.length > maxTextLength ? `${value.slice(0, maxTextLength - 1)}…` : value;
  return short.toWellFormed().replaceAll('\0', '\u{FFFD}');
}
