import type { GateDecision } from '@latchkey/permissions/trpc';
import { LRUCache } from 'lru-cache';
import { v7 as uuidV7 } from 'uuid';
import type { Context } from '../../trpc/context.ts';
import type { DecidedCall } from '../../trpc/create-handler.ts';
import { asAppError } from '../../trpc/error-data.ts';
import { callerOf, type Identity } from '../../auth/identity.ts';
import type { Actor, AuditEvent, ChangeRecord, ReportedChange } from './audit-event.ts';
import type { Transaction } from '../../database/open-database.ts';
import type { BegunChanges } from './begun-changes.ts';
import type { AskedCount, EventStore } from './event-store.ts';
import { detailOf } from './detail-of.ts';
import type { EventWriter } from './event-writer.ts';

export type { ChangeAction, ChangeRecord } from './audit-event.ts';

/**
 * What every feature may call. Nothing here throws, and only `changing` waits, for one statement: an event is stored a moment
 * later.
 */
export interface Audit {
  /** What a gate decided about a call. */
  readonly decided: (call: DecidedCall, decision: GateDecision) => void;
  /** What a page asked for its buttons: it is counted. */
  readonly asked: (count: Omit<AskedCount, 'hour'>) => void;
  /** A change that was made elsewhere, or that changes nothing. */
  readonly changed: (change: ReportedChange) => void;
  /**
   * Makes a change, and records how it ended; if the server is killed meanwhile, that it was begun. `describe` adds to the record what only the result tells; `undefined`: nothing has
   * changed, and nothing is recorded, nor when an error below 500 refuses the change.
   * @throws what `make` throws
   */
  readonly changing: <Result>(
    change: ChangeRecord,
    make: () => Promise<Result>,
    describe?: (result: Result) => Partial<ChangeRecord> | undefined,
  ) => Promise<Result>;
  /** A change that is a part of this transaction: it is recorded if the transaction is committed. @throws {DatabaseError} */
  readonly changedWith: (transaction: Transaction, change: ChangeRecord) => Promise<void>;
  /** Resolves when few events wait, or after some seconds: to be awaited by whoever records thousands. */
  readonly hasRoom: () => Promise<void>;
}

/** Who makes a change and through what. It is the same for all changes of one call. */
export type ChangeOrigin = Pick<ChangeRecord, 'tenant' | 'channel' | 'actor' | 'requestId'>;

/** The origin of a change that somebody makes. */
export type CallOrigin = ChangeOrigin & { readonly actor: Actor };

export function originOf(
  call: Pick<Context, 'requestId' | 'channel'> & { readonly identity: Identity },
): CallOrigin {
  const { identity, requestId, channel } = call;
  return { tenant: identity.tenant, channel, actor: callerOf(identity), requestId };
}

/** Milliseconds in which somebody who goes on reading the log is recorded once. */
const readingPause = 60_000;

/** Whether somebody was allowed to read the audit log. */
export function isReadingOfLog({ action, outcome }: Pick<AuditEvent, 'action' | 'outcome'>): boolean {
  return action === 'audit:view' && outcome === 'allow';
}

/** Characters of a key, a code or an id that are kept. */
const mostOfText = 256;

/** The reason of a change whose server was killed: nobody knows whether it was carried out. */
const interrupted = 'INTERRUPTED';

export interface AuditDeps {
  readonly writer: Pick<EventWriter, 'add' | 'addAsked' | 'hasRoom'>;
  readonly store: Pick<EventStore, 'insertWith'>;
  readonly begunChanges: Pick<BegunChanges, 'begin' | 'forget'>;
  /** PostgreSQL is away: a change goes on, and is not found if the server is killed as well. */
  readonly onOutage: (error: unknown) => void;
  /** Events were stored that the writer did not store. */
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
      subject: text(subject),
      resource: text(on?.resource),
      instance: text(on?.key),
      reason: text(reason),
      detail: detailOf({ before, after, cause, actsFor: actor?.actsFor }),
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
      // Pages are told a moment later, when the transaction has been committed.
      onStored(events);
    },
    hasRoom: () => writer.hasRoom(),
    async changing(change, make, describe = () => ({})) {
      const begun = await begin(eventOf({ ...change, outcome: 'failed', reason: interrupted }));
      const end = (ended: ChangeRecord | undefined): void => {
        if (ended !== undefined) writer.add({ ...eventOf(ended), ...(begun && { begun }) }, true);
        else if (begun !== undefined) forget(begun);
      };
      const result = await make().catch((error: unknown) => {
        const { code, status } = asAppError(error);
        end(status >= 500 ? { ...change, outcome: 'failed', reason: code } : undefined);
        throw error;
      });
      const more = describe(result);
      end(more && { ...change, ...more });
      return result;
    },
    decided({ caller, requestId }, { path, permission, instance, outcome, decision, outage, ...made }) {
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
        subject: text(caller.viewAs?.target.kind === 'person' ? caller.subject : actor.actsFor?.subject),
        resource: permission.slice(0, permission.indexOf(':')),
        instance: text(instance),
        reason: reason ?? null,
        detail: {
          procedure: path,
          ...(source !== undefined && { source }),
          ...viewAs,
          ...(actor.actsFor && { actsFor: actor.actsFor }),
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

/** As whom somebody has asked, for the detail of a decision. */
function viewedIn({ viewAs }: Identity) {
  if (viewAs === undefined) return undefined;
  const { kind: _, ...who } = viewAs.target;
  return { viewAs: who };
}

/** PostgreSQL takes no NUL, and nobody reads a key of a thousand characters. */
function text(value: string | undefined): string | null {
  if (value === undefined) return null;
  const short = value.length > mostOfText ? `${value.slice(0, mostOfText - 1)}…` : value;
  return short.includes('\0') ? short.replaceAll('\0', '\u{FFFD}') : short;
}
