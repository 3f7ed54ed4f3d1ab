import { and, eq, isNull, lt, lte, sql, type InferSelectModel, type SQL } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { v7 as uuidV7 } from 'uuid';
import type { FactChanges } from '../../auth/fact-changes.ts';
import type { ViewAsTarget } from '../../auth/identity.ts';
import type { Transaction } from '../../database/open-database.ts';
import type { Audit, ChangeOrigin } from '../audit/record.ts';
import { viewsAs } from './tables.ts';

/** Milliseconds after which a view is over. */
const viewLength = 900_000;

/** Milliseconds for which a view that is over is kept. */
const keptFor = 86_400_000;

/** `another`: its viewer has started another one. `rights`: its viewer, or whom it shows, lost what it takes. */
export type ViewAsEnd = 'hand' | 'time' | 'another' | 'rights';

export interface StoredView {
  readonly id: string;
  readonly tenant: string;
  /** The key in Permit of who views. */
  readonly actor: string;
  readonly target: ViewAsTarget;
  readonly endsAt: Date;
}

export interface ViewAsStoreDeps {
  readonly db: NodePgDatabase;
  readonly audit: Pick<Audit, 'changedWith'>;
  readonly now: () => Date;
  /** What is open in a view that has ended, on any replica, is asked about again, and ends. */
  readonly factChanges: Pick<FactChanges, 'publish'>;
}

/** Views in PostgreSQL, so that every replica knows them. Each beginning and each end is in the audit log, once. */
export function createViewAsStore({ db, audit, now, factChanges }: ViewAsStoreDeps) {
  const endThose = async (
    transaction: Transaction,
    which: SQL | undefined,
    { end, requestId }: { readonly end: ViewAsEnd; readonly requestId?: string | undefined },
  ): Promise<void> => {
    const ended = await transaction
      .update(viewsAs)
      .set({ endedAt: now() })
      .where(and(isNull(viewsAs.endedAt), which))
      .returning();
    for (const { tenant, actor, person, role } of ended) {
      // oxlint-disable-next-line no-await-in-loop -- statements of one transaction
      await audit.changedWith(transaction, {
        tenant,
        action: 'view-as.end',
        channel: 'console',
        actor: { subject: actor },
        subject: person ?? undefined,
        after: { end, ...(role !== null && { role }) },
        requestId,
      });
    }
  };
  const isRunning = () => sql`${viewsAs.endsAt} > ${now().toISOString()}::timestamptz`;

  return {
    /** Ends the viewer's other view, and starts this one. */
    async start({ origin, actor, target }: StartedView): Promise<StoredView> {
      const started = await db.transaction(async (transaction) => {
        // One after the other, on all replicas: the views of one person.
        await transaction.execute(
          sql`select pg_advisory_xact_lock(hashtextextended(${`views of ${actor}`}, 0))`,
        );
        await endThose(transaction, eq(viewsAs.actor, actor), { ...origin, end: 'another' });
        const startedAt = now();
        const row = {
          id: uuidV7({ msecs: startedAt.getTime() }),
          tenant: origin.tenant,
          actor,
          person: target.kind === 'person' ? target.subject : null,
          role: target.kind === 'role' ? target.role : null,
          startedAt,
          endsAt: new Date(startedAt.getTime() + viewLength),
        };
        await transaction.insert(viewsAs).values(row);
        await audit.changedWith(transaction, {
          ...origin,
          action: 'view-as.start',
          subject: row.person ?? undefined,
          after: { until: row.endsAt.toISOString(), ...(row.role !== null && { role: row.role }) },
        });
        return storedOf(row);
      });
      factChanges.publish({ subject: actor });
      return started;
    },

    /** A view that runs; `undefined` for others. */
    async findRunning(id: string): Promise<StoredView | undefined> {
      const [row] = await db
        .select()
        .from(viewsAs)
        .where(and(eq(viewsAs.id, id), isNull(viewsAs.endedAt), isRunning()));
      return row && storedOf(row);
    },

    /** Ends this viewer's view, if it runs. */
    async end(
      { id, actor }: Pick<StoredView, 'id' | 'actor'>,
      how: { readonly end: ViewAsEnd; readonly requestId?: string },
    ): Promise<void> {
      await db.transaction((transaction) =>
        endThose(transaction, and(eq(viewsAs.id, id), eq(viewsAs.actor, actor), isRunning()), how),
      );
      factChanges.publish({ subject: actor });
    },

    /** Notes the end of those that are over, and forgets the old ones. */
    async endOver(): Promise<void> {
      const over = lte(viewsAs.endsAt, now());
      await db.transaction((transaction) => endThose(transaction, over, { end: 'time' }));
      await db.delete(viewsAs).where(lt(viewsAs.endsAt, new Date(now().getTime() - keptFor)));
    },
  };
}

export type ViewAsStore = ReturnType<typeof createViewAsStore>;

interface StartedView extends Pick<StoredView, 'actor' | 'target'> {
  readonly origin: ChangeOrigin;
}

type Row = Pick<InferSelectModel<typeof viewsAs>, 'id' | 'tenant' | 'actor' | 'person' | 'role' | 'endsAt'>;

function storedOf({ id, tenant, actor, person, role, endsAt }: Row): StoredView {
  const target: ViewAsTarget | undefined =
    person !== null
      ? { kind: 'person', subject: person }
      : role !== null
        ? { kind: 'role', role }
        : undefined;
  if (target === undefined) throw new TypeError(`The view ${id} is of nobody.`);
  return { id, tenant, actor, target, endsAt };
}
