import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { installationSetup } from './tables.ts';

export interface SetupStore {
  /** Whether the checklist was completed or dismissed, on any replica. */
  isOver(): Promise<boolean>;
  /** `dismissedBy`: the user who dismissed it; `null` when everything is done. Does not overwrite an earlier end. */
  end(dismissedBy: string | null): Promise<void>;
}

export function createSetupStore(db: NodePgDatabase): SetupStore {
  // The end is permanent, so the table is queried only until then.
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
