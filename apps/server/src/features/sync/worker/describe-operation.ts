import { subjectKeyOf, type Operation } from '@latchkey/directory-sync';
import { grantsOf } from '../sync-records.ts';

/** `assign viewer@default`, `create-user viewer@default`: an operation as text, without personal data. */
export function describeOperation(operation: Operation): string {
  const roles = grantsOf(operation).map(({ role, tenant, instance }) =>
    instance === undefined ? `${role}@${tenant}` : `${role}@${tenant}#${instance}`,
  );
  return [operation.kind, ...roles].join(' ');
}

/** The same, prefixed with the key of the user or tenant. */
export function describeWithSubject(operation: Operation): string {
  return `${subjectKeyOf(operation)}: ${describeOperation(operation)}`;
}
