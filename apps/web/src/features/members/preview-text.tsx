import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { isShown } from '../../policy.ts';
import type { RolePreview } from './member.ts';

const maxNamed = 3;

export function PreviewText(props: {
  readonly preview: RolePreview | undefined;
  readonly hasFailed: boolean;
}): ReactNode {
  const { preview, hasFailed } = props;
  const { t, i18n } = useTranslation();
  if (preview === undefined) return t(hasFailed ? 'roleChange.previewFailed' : 'roleChange.previewing');
  const { obstacle } = preview;
  const gains = preview.gains.filter(({ permission }) => isShown(permission));
  const loses = preview.loses.filter(({ permission }) => isShown(permission));
  if (obstacle !== null) return t(`members.obstacle.${obstacle}`);
  if (gains.length === 0 && loses.length === 0) return t('members.noEffect');
  const list = (changes: RolePreview['gains']): string => {
    const names = changes.slice(0, maxNamed).map(({ permission }) => t(`permission.${permission}`));
    const others = changes.length - names.length;
    return i18n.list(names, others === 0 ? undefined : t('members.andMore', { count: others }));
  };
  const retained = Math.max(0, ...loses.map(({ onInstances }) => onInstances));
  return (
    <>
      {gains.length > 0 && t('roleChange.gains', { count: gains.length, permissions: list(gains) })}
      {loses.length > 0 && t('roleChange.loses', { count: loses.length, permissions: list(loses) })}
      {retained > 0 && <span className="block">{t('members.keeps', { count: retained })}</span>}
    </>
  );
}
