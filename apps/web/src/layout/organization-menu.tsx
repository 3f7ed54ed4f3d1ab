import { Menu } from '@base-ui/react/menu';
import type { UseQueryResult } from '@tanstack/react-query';
import { useRouteContext } from '@tanstack/react-router';
import { Check, LogIn } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import type { Organization } from '../auth/organization.ts';
import { SessionOverError } from '../auth/session-state.ts';
import { notify } from '../ui/notice.tsx';
import type { MenuProps } from '../ui/menu-button.ts';
import { PopupMenu } from '../ui/popup-menu.tsx';
import { menuItem } from '../ui/popup-style.ts';
import { useActiveOrganization, useSwitchOrganization } from './organizations.ts';

/** The value of the default organization, which has no id in Logto. */
const none = '';

export default function OrganizationMenu(props: {
  readonly menu: MenuProps;
  readonly organizations: UseQueryResult<readonly Organization[]>;
}): ReactNode {
  const { menu, organizations } = props;
  const { t } = useTranslation();
  const active = useActiveOrganization();
  const switchTo = useSwitchOrganization();
  const { auth } = useRouteContext({ from: '/console' });
  const signIn = (): void => {
    const returnPath = location.pathname + location.search + location.hash;
    auth.signIn({ returnPath }).catch(() => notify({ tone: 'failed', text: t('error.signInUnreachable') }));
  };
  return (
    <PopupMenu {...menu} label={t('layout.organizations')} align="start" width="w-72">
      <Menu.RadioGroup
        value={active ?? none}
        onValueChange={(id: string) => void switchTo(id === none ? null : id)}
      >
        <Menu.GroupLabel className="px-2.5 pt-1.5 pb-1 text-xs font-medium text-muted">
          {t('layout.organizations')}
        </Menu.GroupLabel>
        <Choice id={none} name={t('layout.defaultOrganization')} roles={[]} />
        {organizations.data?.map((organization) => (
          <Choice key={organization.id} {...organization} />
        ))}
      </Menu.RadioGroup>
      {organizations.isPending && (
        <p className="flex flex-col gap-2 px-2.5 py-2" aria-busy="true">
          <span className="skeleton h-4 w-40" />
          <span className="skeleton h-4 w-32" />
        </p>
      )}
      {organizations.error instanceof SessionOverError ? (
        <Menu.Item className={`${menuItem} text-brass-ink`} onClick={signIn}>
          <LogIn aria-hidden="true" className="size-4 shrink-0" />
          {t('session.incomplete.title')}
        </Menu.Item>
      ) : (
        organizations.isError && (
          <p className="px-2.5 py-2 text-sm text-unknown">{t('layout.organizationsFailed')}</p>
        )
      )}
      {organizations.data?.length === 0 && (
        <p className="px-2.5 py-2 text-sm text-muted">{t('layout.noOrganizations')}</p>
      )}
    </PopupMenu>
  );
}

function Choice({ id, name, roles }: Organization): ReactNode {
  return (
    <Menu.RadioItem value={id} closeOnClick className={`${menuItem} justify-between`}>
      <span className="min-w-0">
        <span className="block break-words">{name}</span>
        {roles.length > 0 && <span className="block text-xs text-muted">{roles.join(', ')}</span>}
      </span>
      <Menu.RadioItemIndicator>
        <Check aria-hidden="true" className="size-4 text-brass-ink" />
      </Menu.RadioItemIndicator>
    </Menu.RadioItem>
  );
}
