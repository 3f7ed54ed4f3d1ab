import { and, eq, isNull, lt, lte, sql, type InferSelectModel, type SQL } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { v7 as uuidV7 } from 'uuid';
import type { FactChanges } from '../../directory/fact-changes.ts';
import type { ViewAsTarget } from '../../authentication/identity.ts';
import { lockUntilCommit, type Transaction } from '../../platform/database/open-database.ts';
import type { Audit, ChangeOrigin } from '../audit/record.ts';
import { viewsAs } from './tables.ts';

/** Milliseconds after which a view ends. */
const viewLength = 900_000;

/** Milliseconds for which an ended view is retained. */
const keptFor = 86_400_000;

/** `hand`: the viewer ended it. `another`: they started another. `rights`: viewer or target lost a permission. */
export type ViewAsEnd = 'hand' | 'time' | 'another' | 'rights';

export interface StoredView {
  readonly id: string;
  readonly tenant: string;
  /** The Permit key of the viewer. */
  readonly actor: string;
  readonly target: ViewAsTarget;
  readonly endsAt: Date;
}

export interface ViewAsStoreDeps {
  readonly db: NodePgDatabase;
  readonly audit: Pick<Audit, 'changedWith'>;
  readonly now: () => Date;
  /** Makes every replica check its open streams again, which closes those of an ended view. */
  readonly factChanges: Pick<FactChanges, 'publish'>;
}

/** Stores views in PostgreSQL, so that every replica knows them. The audit log records each start and end once. */
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
    async start({ origin, actor, target }: StartedView): Promise<StoredView> {
      const started = await db.transaction(async (transaction) => {
        // Serializes the starts of one user's views across replicas.
        await lockUntilCommit(transaction, `views of ${actor}`);
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

    async findRunning(id: string): Promise<StoredView | undefined> {
      const [row] = await db
        .select()
        .from(viewsAs)
        .where(and(eq(viewsAs.id, id), isNull(viewsAs.endedAt), isRunning()));
      return row && storedOf(row);
    },

    async end(
      { id, actor }: Pick<StoredView, 'id' | 'actor'>,
      how: { readonly end: ViewAsEnd; readonly requestId?: string },
    ): Promise<void> {
      await db.transaction((transaction) =>
        endThose(transaction, and(eq(viewsAs.id, id), eq(viewsAs.actor, actor), isRunning()), how),
      );
      factChanges.publish({ subject: actor });
    },

    /** Records the end of expired views, and deletes old ones. */
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
  if (target === undefined) throw new TypeError(`The view ${id} has no user.`);
  return { id, tenant, actor, target, endsAt };
}
