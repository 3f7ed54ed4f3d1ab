import { logtoIdOf, type LogtoAccounts, type LogtoGrant } from '@latchkey/directory-sync';
import { LRUCache } from 'lru-cache';
import { within } from '../../platform/within.ts';

export interface GrantsDeps {
  /** Absent in payload mode. */
  readonly accounts: Pick<LogtoAccounts, 'grantsOf' | 'deleteGrant'> | undefined;
  /** The indicator of the API resource that applications call. */
  readonly resource: string | undefined;
  readonly now: () => Date;
  readonly onError: (error: unknown) => void;
}

/** People's consents to applications, which Logto stores. `subject` is a Permit key. */
export interface Grants {
  /** Whether the server can read consents at all. */
  readonly areReadable: boolean;
  /** Returns the grants for this API; `undefined` if Logto does not answer soon, and in payload mode. */
  readonly of: (subject: string) => Promise<readonly LogtoGrant[] | undefined>;
  /**
   * Returns the newest grant. Asks Logto at most once in ten seconds for a connection and its last end. Never rejects.
   */
  readonly newest: (
    of: { readonly subject: string; readonly clientId: string },
    endedAt: number | null,
  ) => Promise<LogtoGrant | undefined>;
  /** Deletes all grants of an application. Never rejects. */
  readonly remove: (subject: string, clientId: string) => Promise<'deleted' | 'none' | 'unknown' | 'failed'>;
  readonly scopesOf: (grant: LogtoGrant) => readonly string[];
}

/** Milliseconds that a page or a call waits for Logto. */
const patience = 3_000;
/** Milliseconds. */
const lookInterval = 10_000;

export function createGrants({ accounts, resource, now, onError }: GrantsDeps): Grants {
  const looked = new LRUCache<string, Promise<LogtoGrant | undefined>>({
    max: 10_000,
    ttl: lookInterval,
    perf: { now: () => now().getTime() },
  });
  const isHere = ({ scopes }: LogtoGrant): boolean =>
    scopes === undefined || (resource !== undefined && scopes.has(resource));
  const read = async (subject: string): Promise<readonly LogtoGrant[] | undefined> =>
    (await accounts?.grantsOf(logtoIdOf(subject)))?.filter(isHere);
  const of: Grants['of'] = (subject) => {
    const reading = read(subject).catch((error: unknown) => {
      onError(error);
      return undefined;
    });
    return within(patience, reading, () => undefined);
  };
  return {
    areReadable: accounts !== undefined,
    of,
    newest({ subject, clientId }, endedAt) {
      const key = JSON.stringify([subject, clientId, endedAt]);
      const known = looked.get(key);
      if (known !== undefined) return known;
      const found = of(subject).then((grants = []) =>
        grants
          .filter((grant) => grant.clientId === clientId)
          .toSorted((one, other) => other.issuedAt - one.issuedAt)
          .at(0),
      );
      looked.set(key, found);
      return found;
    },
    async remove(subject, clientId) {
      if (accounts === undefined) return 'unknown';
      const id = logtoIdOf(subject);
      try {
        const grants = (await accounts.grantsOf(id)).filter((grant) => grant.clientId === clientId);
        await Promise.all(grants.map((grant) => accounts.deleteGrant(id, grant.id)));
        return grants.length === 0 ? 'none' : 'deleted';
      } catch (error) {
        onError(error);
        return 'failed';
      }
    },
    scopesOf: ({ scopes }) => scopes?.get(resource ?? '') ?? [],
  };
}
