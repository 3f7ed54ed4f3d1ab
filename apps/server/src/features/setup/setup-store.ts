import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { installationSetup } from './tables.ts';

export interface SetupStore {
  /** Whether the checklist was completed or dismissed, on any replica. */
  isOver(): Promise<boolean>;
  /** `dismissedBy`: who dismissed it; `null` when everything is done. Keeps the first end. */
  end(dismissedBy: string | null): Promise<void>;
}

export function createSetupStore(db: NodePgDatabase): SetupStore {
  // What is over stays over, so the table is asked only until then.
  let isKnownOver = false;
  return {
    async isOver() {
      if (!isKnownOver) {
        const rows = await db.select({ id: installationSetup.id }).from(installationSetup).limit(1);
        isKnownOver = rows.length > 0;
      }
      return isKnownOver;
    },
    async end(dismissedBy) {
      await db.insert(installationSetup).values({ endedAt: new Date(), dismissedBy }).onConflictDoNothing();
      isKnownOver = true;
    },
  };
}
