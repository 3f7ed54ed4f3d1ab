import type { PermitState } from '../plan/plan.ts';
import type {
  LogtoMembership,
  LogtoOrganization,
  LogtoUserState,
  PermitTenantState,
  PermitUserState,
} from '../plan/states.ts';
import type { ReconcileDeps } from './plan-for-user.ts';

/** Called with the number of users read so far, and the total if it is known. */
export type OnRead = (source: 'logto' | 'permit', read: number, total: number | undefined) => void;

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onRead?: OnRead | undefined;
}

const concurrency = 6;

export interface LogtoReading {
  readonly organizations: readonly LogtoOrganization[];
  users(): AsyncGenerator<LogtoUserState[], void>;
}

/**
 * Reads members by organization and holders by role: two calls per user would be too many. Pages can skip or repeat a
 * user who changes meanwhile, so read a user again before removing anything from them.
 * @throws {LogtoApiError}
 */
export async function readLogto(
  { logto, mapping }: Pick<ReconcileDeps, 'logto' | 'mapping'>,
  { signal, onRead }: ReadOptions = {},
): Promise<LogtoReading> {
  const organizations = new Map<string, LogtoOrganization>();
  for await (const page of logto.organizations({ signal })) {
    for (const one of page) organizations.set(one.id, one);
  }
  const memberships = await readMemberships([...organizations.keys()], { logto, mapping }, signal);
  const roles = await readHolders({ logto, mapping }, signal);
  return {
    organizations: [...organizations.values()],
    async *users() {
      const seen = new Set<string>();
      let total: number | undefined;
      const onTotal = (count: number): void => {
        total = count;
      };
      for await (const page of logto.users({ signal, onTotal })) {
        const fresh = page.filter(({ id }) => !seen.has(id));
        for (const { id } of fresh) seen.add(id);
        yield fresh.map((user) => ({
          user,
          roles: roles.get(user.id) ?? [],
          memberships: memberships.get(user.id) ?? [],
        }));
        onRead?.('logto', seen.size, total);
      }
    },
  };
}

async function readMemberships(
  organizations: readonly string[],
  { logto, mapping }: Pick<ReconcileDeps, 'logto' | 'mapping'>,
  signal: AbortSignal | undefined,
): Promise<Map<string, LogtoMembership[]>> {
  const memberships = new Map<string, LogtoMembership[]>();
  if (mapping.ownedInOrganization.size === 0) return memberships;
  const queue = organizations.values();
  const worker = async (): Promise<void> => {
    for (const organization of queue) {
      const seen = new Set<string>();
      // oxlint-disable-next-line no-await-in-loop -- one worker
      for await (const page of logto.members(organization, { signal })) {
        for (const { id, roles } of page) {
          if (seen.has(id)) continue;
          seen.add(id);
          const list = memberships.get(id);
          if (list === undefined) memberships.set(id, [{ organization, roles }]);
          else list.push({ organization, roles });
        }
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return memberships;
}

async function readHolders(
  { logto, mapping }: Pick<ReconcileDeps, 'logto' | 'mapping'>,
  signal: AbortSignal | undefined,
): Promise<Map<string, string[]>> {
  const holders = new Map<string, string[]>();
  if (mapping.roleNames.size === 0) return holders;
  for (const { id, name } of await logto.userRoles()) {
    if (!mapping.roleNames.has(name)) continue;
    // oxlint-disable-next-line no-await-in-loop -- few roles, many pages
    for await (const page of logto.holders(id, { signal })) {
      for (const user of page) holders.set(user.id, [...new Set([...(holders.get(user.id) ?? []), name])]);
    }
  }
  return holders;
}

export async function readPermitState(
  { permit }: Pick<ReconcileDeps, 'permit'>,
  { signal, onRead }: ReadOptions = {},
): Promise<{ users: PackedUsers; tenants: PermitState['tenants'] }> {
  const tenants = new Map<string, PermitTenantState>();
  for await (const page of permit.reads.tenants(signal)) for (const one of page) tenants.set(one.key, one);
  const users = new PackedUsers();
  for await (const page of permit.reads.users(signal)) {
    users.add(page);
    onRead?.('permit', users.size, undefined);
  }
  return { users, tenants };
}

interface Place {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

const none: ReadonlySet<string> = new Set();

/**
 * Permit's users by key, as JSON outside of V8's heap, parsed on access. As objects, a hundred thousand users would
 * make V8 retain twice as much garbage.
 */
export class PackedUsers {
  readonly #places = new Map<string, Place>();

  get size(): number {
    return this.#places.size;
  }

  add(page: readonly PermitUserState[]): void {
    const texts = page.map((user) => JSON.stringify(user));
    const bytes = Buffer.from(texts.join(''));
    let start = 0;
    for (const [index, { key }] of page.entries()) {
      const end = start + Buffer.byteLength(texts[index] ?? '');
      this.#places.set(key, { bytes, start, end });
      start = end;
    }
  }

  /** The planner fills in `foreignTenants`. */
  get(key: string): PermitUserState | undefined {
    const place = this.#places.get(key);
    return place && unpacked(place);
  }

  delete(key: string): boolean {
    return this.#places.delete(key);
  }

  *values(): Generator<PermitUserState, void> {
    for (const place of this.#places.values()) yield unpacked(place);
  }
}

function unpacked({ bytes, start, end }: Place): PermitUserState {
  const user: Omit<PermitUserState, 'foreignTenants'> = JSON.parse(bytes.toString('utf8', start, end));
  return { ...user, foreignTenants: none };
}
