import { useTranslation } from 'react-i18next';
import { isPermission } from '../../policy.ts';
import type { messages } from './messages.en.ts';

type Changes = (typeof messages)['change'];
type ChangeName = { [Group in keyof Changes]: `${Group}.${keyof Changes[Group] & string}` }[keyof Changes];

const changeNames = [
  'role.assign',
  'role.unassign',
  'request.create',
  'request.withdraw',
  'request.approve',
  'request.refuse',
  'request.undo',
  'grant.end',
  'invitation.create',
  'invitation.resend',
  'invitation.revoke',
  'invitation.accept',
  'report.create',
  'report.publish',
  'report.delete',
  'collection.create',
  'collection.rename',
  'collection.add',
  'collection.take',
  'collection.delete',
  'share.give',
  'share.take',
  'user.create',
  'user.update',
  'user.delete',
  'tenant.create',
  'tenant.update',
  'tenant.delete',
  'policy.apply',
  'sync.pause',
  'sync.resume',
  'sync.replay',
  'sync.reconcile',
  'audit.export',
  'audit.gap',
] as const satisfies readonly ChangeName[];

/** A permission or a kind of change in words; one of a newer server stays as it is. */
export function useActionName(): (action: string) => string {
  const { t } = useTranslation();
  return (action) => {
    if (isPermission(action)) return t(`permission.${action}`);
    const change = changeNames.find((name) => name === action);
    return change === undefined ? action : t(`audit.change.${change}`);
  };
}
