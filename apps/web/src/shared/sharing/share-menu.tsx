import { useQueries } from '@tanstack/react-query';
import { useRouteContext } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import type { MenuProps } from '../../ui/menu-button.ts';
import { reportRoles } from '../../policy.ts';
import { RoleMenu } from '../role-menu.tsx';
import { SharePreviewText } from './share-preview-text.tsx';
import type { Shareable, SharedWith } from './use-change-share.ts';
import { useChangeShare, type AskedShare } from './use-change-share.ts';
import { nameOf } from '../person.tsx';

export default function ShareMenu(
  props: MenuProps & { readonly on: Shareable; readonly person: SharedWith },
): ReactNode {
  const { on, person, ...menu } = props;
  const { resource, id } = on;
  const { t } = useTranslation();
  const { person: me } = useRouteContext({ from: '/console' });
  const changeShare = useChangeShare(on);
  const given = new Set(
    person.roles.filter(({ source }) => source.kind !== 'collection').map(({ role }) => role),
  );
  const choices = reportRoles.map((role): AskedShare => ({
    person,
    role,
    change: given.has(role) ? 'take' : 'give',
  }));
  const utils = trpc.useUtils()[resource].sharePreview;
  const previews = useQueries({
    queries: choices.map(({ role, change }) =>
      utils.queryOptions({ id, subject: person.key, role, change }, { enabled: menu.open }),
    ),
  });
  return (
    <RoleMenu
      {...menu}
      title={t('sharing.rolesOf', { name: nameOf(person) })}
      choices={choices.map((choice, index) => {
        const preview = previews[index]?.data;
        const hasFailed = previews[index]?.isError === true;
        const losesItself = person.key === me.key && preview?.loses.includes(`${resource}:share`) === true;
        return {
          role: choice.role,
          name: t(`reportRole.${choice.role}`),
          isHeld: choice.change === 'take',
          isLocked: preview !== undefined && preview.obstacle !== null,
          isLoading: preview === undefined && !hasFailed,
          detail: <SharePreviewText name={nameOf(person)} preview={preview} hasFailed={hasFailed} />,
          warning: losesItself ? t('sharing.self') : undefined,
          onChoose: () => changeShare({ ...choice, isFinal: losesItself }),
        };
      })}
    />
  );
}
