import type { Store } from '@latchkey/emulator-kit';
import type { Clock } from './clock.ts';
import { standardId } from './identifiers.ts';

interface AuditDetails {
  readonly result: 'Success' | 'Error';
  readonly userId?: string | undefined;
  readonly applicationId?: string | undefined;
  readonly [field: string]: unknown;
}

/** A sign-in or a token exchange. Entries for webhooks are made from the deliveries. */
interface AuditEntry {
  readonly tenantId: 'default';
  readonly id: string;
  readonly key: string;
  readonly payload: AuditDetails & { readonly key: string };
  readonly createdAt: number;
}

export interface AuditLog {
  record(key: string, details: AuditDetails): void;
  /** Newest first. */
  list(): AuditEntry[];
  get(id: string): AuditEntry | undefined;
}

/** Logto stores all entries, the emulator the latest. */
const maxEntries = 1_000;

export function createAuditLog(store: Store, clock: Clock): AuditLog {
  const entries = store.collection<AuditEntry>('auditLog');
  return {
    record(key, details) {
      const id = standardId();
      store.batch(() => {
        const [oldest] = entries.keys();
        if (oldest !== undefined && entries.size >= maxEntries) entries.delete(oldest);
        entries.put(id, {
          tenantId: 'default',
          id,
          key,
          payload: { key, ...details },
          createdAt: clock.now(),
        });
      });
    },
    list: () => [...entries.values()].toReversed(),
    get: (id) => entries.get(id),
  };
}
