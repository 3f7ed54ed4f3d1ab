import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { ReadableTitles } from '../readable-titles.ts';
import { createCollectionStore } from './collection-store.ts';

/** Returns the titles of the collections that a user may view; one created in Permit directly has its key as title. */
export function createReadableCollections(db: NodePgDatabase): ReadableTitles {
  return async ({ identity, permissions }, ids) => {
    const readable = await permissions.filter('collections:view', ids, (id) => id);
    const titles = await createCollectionStore(db, identity.tenant).titlesOf(readable);
    return new Map(readable.map((id) => [id, titles.get(id) ?? id]));
  };
}
