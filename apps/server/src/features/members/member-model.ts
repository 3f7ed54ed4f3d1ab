import type { SyncedUser } from '@latchkey/directory-sync';
import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Logger } from 'pino';
import type { Bus } from '../../platform/bus/open-bus.ts';
import type { Topic } from '../../platform/bus/topic.ts';
import { asError } from '../../platform/log/describe-error.ts';
import { directoryMember, goneMember, type DirectoryMember } from './directory-member.ts';
import { membersTopic, type MembersChange } from './member.ts';
import { createRoleChanges, type RoleChanges } from './role-changes.ts';
import { createLoadSources, type LoadSources, type RoleSourcesDeps } from './role-sources.ts';
import { createWriteMembers } from './write-members.ts';

export interface MemberModelDeps {
  readonly db: NodePgDatabase;
  readonly bus: Bus;
  readonly grantedRolesOf: RoleSourcesDeps['grantedRolesOf'];
  readonly log: Logger;
}

/** The stored members, which sync, role changes and reads from Permit write. */
export interface MemberModel {
  readonly changes: RoleChanges;
  readonly loadSources: LoadSources;
  readonly write: (found: readonly DirectoryMember[]) => Promise<void>;
  readonly openReading: () => CompleteReading;
  /** Never rejects, because a failure to store a member must not fail a delivery. */
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

const pageSize = 500;

export const notUpToDate = 'members are not up to date';

export function createMemberModel({ db, bus, grantedRolesOf, log }: MemberModelDeps): MemberModel {
  const onError = (err: Error): void => log.warn({ err }, notUpToDate);
  const topic = bus.topic<MembersChange>(membersTopic);
  const publish = (tenants: ReadonlySet<string>): void => {
    for (const tenant of tenants) topic.publish({ tenant });
  };
  const changes = createRoleChanges(db);
  const loadSources = createLoadSources({ changes, grantedRolesOf });
  const write = createWriteMembers({ db, loadSources, publish });
  const openReading = (): CompleteReading => {
    const began = new Date();
    const seen = new Set<string>();
    return {
      began,
      async add(found) {
        for (const { subject, rolesByTenant } of found) if (rolesByTenant.size > 0) seen.add(subject);
        await write(found);
      },
      async finish() {
        const { rows } = await db.execute<{ tenant: string }>(sql`
          delete from members
          where read_at <= ${began.toISOString()}::timestamptz and not exists (
            select from unnest(${sql.param([...seen])}::text[]) as other(subject) where other.subject = members.subject)
          returning tenant`);
        await db.execute(sql`
          insert into member_reading (id, complete_at) values (1, ${began.toISOString()}::timestamptz)
          on conflict (id) do update set complete_at = greatest(member_reading.complete_at, excluded.complete_at)`);
        publish(new Set(rows.map(({ tenant }) => tenant)));
      },
    };
  };
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
            // After a failure, `finish` would delete the members that could not be stored.
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

/** A read of all users in the directories, page by page. */
export interface CompleteReading {
  readonly began: Date;
  readonly add: (found: readonly DirectoryMember[]) => Promise<void>;
  /** Call after adding all users. Deletes the members that were not added. */
  readonly finish: () => Promise<void>;
}

/** Returns when the last complete read began; `undefined` before the first. */
export async function completeReadingAt(db: NodePgDatabase): Promise<Date | undefined> {
  const { rows } = await db.execute<{ complete_at: Date }>(sql`select complete_at from member_reading`);
  return rows[0] && new Date(rows[0].complete_at);
}
