import {
  defaultTenant,
  subjectKeyOf,
  type OnApplied,
  type Operation,
  type SyncedUser,
} from '@latchkey/directory-sync';
import { parseInstance } from '../../directory/shared-resources.ts';
import type { Audit, ChangeRecord } from '../audit/record.ts';

export type SyncCause =
  | { readonly kind: 'delivery' | 'run'; readonly id: string }
  /** A user called before their webhook arrived, or a subject was checked again after another change. */
  | { readonly kind: 'first-call' | 'recheck' };

export type RecordSync = (cause: SyncCause) => OnApplied;

export function createRecordSync(audit: Pick<Audit, 'changed' | 'hasRoom'>): RecordSync {
  return (cause) => async (operations) => {
    for (const operation of operations) {
      for (const record of recordsOf(operation))
        audit.changed({ ...record, channel: 'sync', actor: null, cause });
    }
    // Waits, because a run over the whole directory makes changes faster than they are stored.
    await audit.hasRoom();
  };
}

type SyncRecord = Pick<ChangeRecord, 'tenant' | 'action' | 'subject' | 'on' | 'before' | 'after'>;

/** Without personal data. Changes of users belong to the tenant `default`, changes of roles to the role's tenant. */
function recordsOf(operation: Operation): SyncRecord[] {
  switch (operation.kind) {
    case 'create-tenant':
      return [aboutTenant('tenant.create', operation.tenant.key)];
    case 'update-tenant':
      return [aboutTenant('tenant.update', operation.tenant.key)];
    case 'delete-tenant':
      return [aboutTenant('tenant.delete', operation.key)];
    case 'create-user':
      return [aboutUser('user.create', operation), ...rolesOf(operation, 'role.assign')];
    case 'update-user':
      return [aboutUser('user.update', operation)];
    case 'delete-user':
      return [...rolesOf(operation, 'role.unassign'), aboutUser('user.delete', operation)];
    case 'assign':
    case 'restore':
      return rolesOf(operation, 'role.assign');
    case 'unassign':
      return rolesOf(operation, 'role.unassign');
    // `clear-suspended-roles` only cleans up after roles were restored, which is recorded itself.
    default:
      return [];
  }
}

function aboutTenant(action: ChangeRecord['action'], tenant: string): SyncRecord {
  return { tenant, action, on: { resource: 'tenants', key: tenant } };
}

function aboutUser(action: ChangeRecord['action'], operation: Operation): SyncRecord {
  return { tenant: defaultTenant, action, subject: subjectKeyOf(operation) };
}

function rolesOf(operation: Operation, action: 'role.assign' | 'role.unassign'): SyncRecord[] {
  return grantsOf(operation).map(({ role, tenant, instance }) => ({
    tenant,
    action,
    subject: subjectKeyOf(operation),
    ...onInstance(instance),
    ...(action === 'role.assign' ? { after: { role } } : { before: { role } }),
  }));
}

function grantsOf(operation: Operation): Extract<Operation, { kind: 'create-user' }>['grants'] {
  return 'grants' in operation ? operation.grants : 'grant' in operation ? [operation.grant] : [];
}

function onInstance(instance: string | undefined): Pick<ChangeRecord, 'on'> {
  if (instance === undefined) return {};
  const { resource, id: key } = parseInstance(instance);
  return { on: { resource, key } };
}

export interface ReadUser extends SyncedUser {
  /** When the read of the directories began. */
  readonly readAt: Date;
}

/** A receiver of the users that sync reads and changes, which stores what features need. No method rejects. */
export interface SyncedUsers {
  readonly onUsers: (users: readonly ReadUser[]) => Promise<void>;
  readonly openReading: () => DirectoryReading;
}

/** All receivers get the same users. */
export function receiveAll(receivers: readonly SyncedUsers[]): SyncedUsers {
  const each = async (call: (receiver: SyncedUsers) => Promise<void>): Promise<void> =>
    void (await Promise.all(receivers.map(call)));
  return {
    onUsers: (users) => each(({ onUsers }) => onUsers(users)),
    openReading() {
      const readings = receivers.map(({ openReading }) => openReading());
      return {
        add: async (users) => void (await Promise.all(readings.map(({ add }) => add(users)))),
        finish: async () => void (await Promise.all(readings.map(({ finish }) => finish()))),
      };
    },
  };
}

interface DirectoryReading {
  readonly add: (users: readonly SyncedUser[]) => Promise<void>;
  /** Called after all users were added. Not called if the run fails or is a dry run. */
  readonly finish: () => Promise<void>;
}

/** Without personal data, for example `assign viewer@default` or `create-user viewer@default`. */
export function describeOperation(operation: Operation): string {
  const roles = grantsOf(operation).map(({ role, tenant, instance }) =>
    instance === undefined ? `${role}@${tenant}` : `${role}@${tenant}#${instance}`,
  );
  return [operation.kind, ...roles].join(' ');
}

export function describeWithSubject(operation: Operation): string {
  return `${subjectKeyOf(operation)}: ${describeOperation(operation)}`;
}
