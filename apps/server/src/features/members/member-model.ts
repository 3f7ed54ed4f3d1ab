import type { SyncedUser } from '@latchkey/directory-sync';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Bus } from '../../platform/bus/open-bus.ts';
import type { Topic } from '../../platform/bus/topic.ts';
import { asError } from '../../platform/log/describe-error.ts';
import { openCompleteReading, type CompleteReading } from './complete-reading.ts';
import { directoryMember, goneMember, type DirectoryMember } from './directory-member.ts';
import { membersTopic, type MembersChange } from './member.ts';
import { createRoleChanges, type RoleChanges } from './role-changes.ts';
import { createLoadSources, type LoadSources, type RoleSourcesDeps } from './role-sources.ts';
import { createWriteMembers } from './write-members.ts';

export interface MemberModelDeps {
  readonly db: NodePgDatabase;
  readonly bus: Bus;
  readonly grantedRolesOf: RoleSourcesDeps['grantedRolesOf'];
  readonly onError: (error: Error) => void;
}

/** The stored members: written by sync, by role changes, and by reads from Permit. */
export interface MemberModel {
  readonly changes: RoleChanges;
  readonly loadSources: LoadSources;
  /** Stores members and notifies the pages of their tenants. */
  readonly write: (found: readonly DirectoryMember[]) => Promise<void>;
  /** Starts a read of all users; each call notifies the pages of the tenants that changed. */
  readonly openReading: () => CompleteReading;
  /** Stores the users that sync reports. Never rejects: a failure to store a member must not fail a delivery. */
  readonly syncedUsers: {
    readonly onUsers: (users: readonly ReadUser[]) => Promise<void>;
    readonly openReading: () => {
      readonly add: (users: readonly SyncedUser[]) => Promise<void>;
      readonly finish: () => Promise<void>;
    };
  };
  readonly topic: Topic<MembersChange>;
}

type ReadUser = SyncedUser & { readonly readAt: Date };

/** Users reported by a run are stored in batches of this size. */
const pageSize = 500;

export function createMemberModel({ db, bus, grantedRolesOf, onError }: MemberModelDeps): MemberModel {
  const topic = bus.topic<MembersChange>(membersTopic);
  const publish = (tenants: ReadonlySet<string>): void => {
    for (const tenant of tenants) topic.publish({ tenant });
  };
  const changes = createRoleChanges(db);
  const loadSources = createLoadSources({ changes, grantedRolesOf });
  const write = createWriteMembers({ db, loadSources, publish });
  const openReading = (): CompleteReading => openCompleteReading({ db, writeMembers: write, publish });
  const quietly = (work: Promise<void>): Promise<void> =>
    work.catch((error: unknown) => onError(asError(error)));

  return {
    changes,
    loadSources,
    write,
    openReading,
    syncedUsers: {
      onUsers: (users) => (users.length === 0 ? Promise.resolve() : quietly(write(users.map(memberOf)))),
      openReading() {
        const reading = openReading();
        let waiting: DirectoryMember[] = [];
        let hasFailed = false;
        const addWaiting = async (): Promise<void> => {
          const found = waiting;
          waiting = [];
          await reading.add(found).catch((error: unknown) => {
            hasFailed = true;
            onError(asError(error));
          });
        };
        return {
          async add(users) {
            waiting.push(...users.map((user) => memberOf({ ...user, readAt: reading.began })));
            if (waiting.length >= pageSize) await addWaiting();
          },
          async finish() {
            await addWaiting();
            // Members that were not stored would be deleted.
            if (!hasFailed) await quietly(reading.finish());
          },
        };
      },
    },
    topic,
  };
}

function memberOf({ key, logto, permit, readAt }: ReadUser): DirectoryMember {
  return permit === undefined ? goneMember(key, readAt) : directoryMember(permit, { readAt, logto });
}
