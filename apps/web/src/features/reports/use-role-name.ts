import { useTranslation } from 'react-i18next';
import { isRole } from '../../policy.ts';

/** A role in words; its key when this console's policy does not name it. */
export function useRoleName(): (role: string) => string {
  const { t } = useTranslation();
  return (role) => (isRole(role) ? t(`role.${role}`) : role);
}
