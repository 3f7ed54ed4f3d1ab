import { useTranslation } from '../../i18n/use-translation.tsx';

/** The obstacles to a change of a role, with their own messages. The codes of an outage share one. */
export const obstacles = [
  'ROLE_MANAGED_IN_LOGTO',
  'MEMBER_SUSPENDED',
  'LAST_ADMINISTRATOR',
  'ROLE_ENDING',
] as const;

/** Returns why the role of a person was not changed, by the code. */
export function useRoleFailure(): (code: string) => string {
  const { t } = useTranslation();
  return (code) => {
    if (code === 'PERSON_NOT_FOUND') return t('members.removal.code.PERSON_NOT_FOUND');
    const obstacle = obstacles.find((one) => one === code);
    return t(obstacle === undefined ? 'members.bulk.unavailable' : `members.obstacle.${obstacle}`);
  };
}
