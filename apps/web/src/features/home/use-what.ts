import { useTranslation } from '../../i18n/use-translation.tsx';
import { roleName } from '../../shared/role-badge.tsx';
import { isSharedResource } from '../../policy.ts';

/** A role as part of a text: `the role “Reader” on “Q4 review”`. */
export function useWhat(): (
  roles: readonly string[],
  on: { readonly resource: string; readonly title: string | null } | null,
) => string {
  const { t, i18n } = useTranslation();
  return (roles, on) => {
    const names = roles.map((role) => roleName(role, on === null ? 'organization' : 'instance', t));
    const role = i18n.list(names);
    if (on === null || !isSharedResource(on.resource)) return t('home.what.role', { role });
    return on.title === null
      ? t(`home.what.somewhere.${on.resource}`, { role })
      : t('home.what.on', { role, title: on.title });
  };
}
