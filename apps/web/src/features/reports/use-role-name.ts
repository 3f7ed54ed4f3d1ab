import { useTranslation } from '../../i18n/use-translation.tsx';
import { isRole } from '../../policy.ts';

/** The localized name of a role; its key when it is not in this console's policy. */
export function useRoleName(): (role: string) => string {
  const { t } = useTranslation();
  return (role) => (isRole(role) ? t(`role.${role}`) : role);
}
