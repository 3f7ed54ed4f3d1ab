import type { DirectoryMapping, LogtoManagement } from '@latchkey/directory-sync';
import type { RoleHolders, SyncState } from '../runs/sync-state.ts';

export interface CheckUserRolesDeps {
  readonly logto: Pick<LogtoManagement, 'userRoles' | 'holders'>;
  readonly mapping: Pick<DirectoryMapping, 'roleNames'>;
  readonly state: Pick<SyncState, 'roleHolders' | 'setRoleHolders'>;
  /** Queues subjects to reconcile. */
  readonly enqueue: (subjects: readonly string[], options: { readonly force: true }) => Promise<void>;
}

/** Roles with more holders are left to the runs over the whole directory, which read them less often. */
const mostHolders = 1_000;

/**
 * Compares the holders of the mapped user roles with those of the previous check, because Logto sends no event when a role is
 * assigned or removed. Queues the users who gained or lost a role. The first check queues no user.
 * @throws {LogtoApiError}
 */
export function createCheckUserRoles({ logto, mapping, state, enqueue }: CheckUserRolesDeps) {
  return async (signal: AbortSignal): Promise<void> => {
    if (mapping.roleNames.size === 0) return;
    const before = await state.roleHolders();
    const after = await readHolders({ logto, mapping }, signal);
    const changed = [...mapping.roleNames].flatMap((name) => differing(before?.[name], after[name]));
    await enqueue(
      [...new Set(changed)].map((id) => `user:${id}`),
      { force: true },
    );
    if (before === undefined || changed.length > 0) await state.setRoleHolders(after);
  };
}

/** By role name, without roles that have too many holders. */
async function readHolders(
  { logto, mapping }: Pick<CheckUserRolesDeps, 'logto' | 'mapping'>,
  signal: AbortSignal,
): Promise<RoleHolders> {
  const roles = await logto.userRoles();
  const holders: Record<string, readonly string[]> = {};
  for (const name of mapping.roleNames) {
    const role = roles.find((one) => one.name === name);
    const ids = role === undefined ? [] : await idsOf(logto.holders(role.id, { signal })); // oxlint-disable-line no-await-in-loop -- few roles
    if (ids !== undefined) holders[name] = ids;
  }
  return holders;
}

async function idsOf(
  pages: AsyncGenerator<readonly { readonly id: string }[], void>,
): Promise<string[] | undefined> {
  const ids: string[] = [];
  for await (const page of pages) {
    ids.push(...page.map(({ id }) => id));
    if (ids.length > mostHolders) return undefined;
  }
  return ids;
}

function differing(before: readonly string[] | undefined, after: readonly string[] | undefined): string[] {
  if (before === undefined || after === undefined) return [];
  const [had, have] = [new Set(before), new Set(after)];
  return [...before.filter((id) => !have.has(id)), ...after.filter((id) => !had.has(id))];
}
