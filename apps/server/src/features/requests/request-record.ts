import type { Audit, ChangeAction, ChangeRecord } from '../audit/record.ts';
import type { GrantStoreDeps } from './grant-store.ts';
import type { RequestRow } from './request-store.ts';
import type { TargetColumns } from './target.ts';

/** The report or the collection; absent for a tenant role. */
function onInstance({ resource, instance }: TargetColumns): Pick<ChangeRecord, 'on'> {
  return resource === null || instance === null ? {} : { on: { resource, key: instance } };
}

/** An audit record of a request change, with the requester as the subject. Contains neither the reason nor a note. */
export function requestRecord(
  action: ChangeAction,
  request: Pick<RequestRow, 'id' | 'requester' | 'role' | 'resource' | 'instance'>,
  { before, after }: Pick<ChangeRecord, 'before' | 'after'>,
): Pick<ChangeRecord, 'action' | 'subject' | 'on' | 'before' | 'after'> {
  const { id, requester: subject, role } = request;
  return { action, subject, ...onInstance(request), before, after: { request: id, role, ...after } };
}

/** Records the end of a grant, without an actor, in the same transaction. */
export function createRecordEnd({ changedWith }: Pick<Audit, 'changedWith'>): GrantStoreDeps['recordEnd'] {
  return (transaction, grant) => {
    const { tenant, subject, role, expiresAt } = grant;
    return changedWith(transaction, {
      tenant,
      subject,
      action: 'grant.end',
      channel: 'request',
      actor: null,
      ...onInstance(grant),
      before: { role, endsAt: expiresAt?.toISOString() ?? null },
    });
  };
}
