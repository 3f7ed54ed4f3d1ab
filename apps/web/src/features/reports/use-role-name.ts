import { policy, type AppRole } from '@latchkey/policy';
import { useTranslation } from 'react-i18next';

const isKnown = (role: string): role is AppRole => Object.hasOwn(policy.roles, role);

/** A role in words; its key when this console's policy does not name it. */
export function useRoleName(): (role: string) => string {
  const { t } = useTranslation();
  return (role) => (isKnown(role) ? t(`role.${role}`) : role);
}
