import type { SyncedUser } from '@latchkey/directory-sync';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Bus } from '../../bus/open-bus.ts';
import type { Topic } from '../../bus/topic.ts';
import { asError } from '../../log/as-error.ts';
import { openCompleteReading, type CompleteReading } from './complete-reading.ts';
import { directoryMember, goneMember, type DirectoryMember } from './directory-member.ts';
import { membersTopic, type MembersChange } from './members-topic.ts';
import { createRoleChanges, type RoleChanges } from './role-changes.ts';
import { createLoadSources, type LoadSources, type RoleSourcesDeps } from './role-sources.ts';
import { createWriteMembers } from './write-members.ts';

export interface MemberModelDeps {
  readonly db: NodePgDatabase;
  readonly bus: Bus;
  readonly requestedRolesOf: RoleSourcesDeps['requestedRolesOf'];
  readonly onError: (error: Error) => void;
}

/** The stored members: written by sync, by changes of roles, and when somebody looks. */
export interface MemberModel {
  readonly changes: RoleChanges;
  readonly loadSources: LoadSources;
  /** Stores members and tells whoever looks at their tenants. */
  readonly write: (found: readonly DirectoryMember[]) => Promise<void>;
  /** A reading of everybody; each of its calls tells whoever looks at the tenants that changed. */
  readonly openReading: () => Reading;
  /** What sync tells of users is stored. Nothing of it rejects: a member who is not stored is not worth a failed delivery. */
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

interface Reading extends Pick<CompleteReading, 'began'> {
  readonly add: (found: readonly DirectoryMember[]) => Promise<void>;
  readonly finish: () => Promise<void>;
}

/** Users that a run tells of are stored so many at a time. */
const pageSize = 500;

export function createMemberModel({ db, bus, requestedRolesOf, onError }: MemberModelDeps): MemberModel {
  const topic = bus.topic<MembersChange>(membersTopic);
  const tell = (tenants: Iterable<string>): void => {
    for (const tenant of tenants) topic.publish({ tenant });
  };
  const changes = createRoleChanges(db);
  const loadSources = createLoadSources({ changes, requestedRolesOf });
  const writeMembers = createWriteMembers({ db, loadSources });
  const openReading: MemberModel['openReading'] = () => {
    const reading = openCompleteReading({ db, writeMembers });
    return {
      began: reading.began,
      add: async (found) => tell(await reading.add(found)),
      finish: async () => tell(await reading.finish()),
    };
  };
  const quietly = (work: Promise<void>): Promise<void> =>
    work.catch((error: unknown) => onError(asError(error)));

  return {
    changes,
    loadSources,
    write: async (found) => tell(await writeMembers(found)),
    openReading,
    syncedUsers: {
      onUsers: (users) =>
        users.length === 0 ? Promise.resolve() : quietly(writeMembers(users.map(memberOf)).then(tell)),
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
            // Who was not stored would be forgotten.
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
