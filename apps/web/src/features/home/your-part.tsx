import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { streamed } from '../../api/api.ts';
import { trpc } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { grantsOf, groupByResource, isRole, shownPermissions } from '../../policy.ts';
import { usePersonName } from '../../shared/person.tsx';
import { textAction } from '../../ui/button.tsx';
import { dateFormat } from '../../ui/format-time.ts';

const maxNamed = { permissions: 3, approvers: 2 };

/** What the user can do here, which of their roles ends first, and who can grant them more. */
export function YourPart(): ReactNode {
  const { t, i18n } = useTranslation();
  const personName = usePersonName();
  const { data: me } = trpc.session.me.useQuery();
  const { data: access } = trpc.session.access.useQuery(undefined, streamed);
  if (me === undefined) return <span className="skeleton block h-5 w-80 max-w-full" />;
  const permissions = groupByResource(me.permissions).flatMap((group) => group.permissions);
  const all = me.roles.filter(isRole).find((role) => grantsOf(role).size === shownPermissions.length);
  const shown = permissions.slice(0, maxNamed.permissions).map((one) => {
    const name = t(`permission.${one}`);
    return name.charAt(0).toLocaleLowerCase(i18n.language) + name.slice(1);
  });
  const rest = permissions.length - shown.length;
  const end = me.ends.findLast(({ hasEnded }) => !hasEnded);
  const approvers = access?.approvers?.people ?? [];
  const named = approvers.slice(0, maxNamed.approvers).map(personName);
  const others = approvers.length - named.length;
  return (
    <>
      {all !== undefined
        ? t('home.yours.everything', { role: t(`role.${all}`) })
        : shown.length === 0
          ? t('home.yours.nothing')
          : t('home.yours.can', {
              what: rest > 0 ? i18n.list(shown, t('home.yours.more', { count: rest })) : i18n.list(shown),
            })}{' '}
      {end !== undefined &&
        `${t(`home.yours.ends.${end.target.kind === 'role' ? 'role' : end.target.resource}`, {
          role: t(`role.${end.target.kind === 'role' ? end.target.role : 'viewer'}`),
          date: dateFormat(i18n.language, { dateStyle: 'long' }).format(new Date(end.at)),
        })} `}
      {named.length > 0 &&
        `${t('home.yours.granted', { names: others > 0 ? i18n.list(named, t('home.mostDenied.more', { count: others })) : i18n.list(named) })} `}
      <Link to="/access" className={textAction}>
        {t('home.waiting.yourAccess')}
      </Link>
    </>
  );
}
