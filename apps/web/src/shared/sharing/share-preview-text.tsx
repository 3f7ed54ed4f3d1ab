import type { AppPermission } from '@latchkey/policy';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { isShown } from '../../policy.ts';
import { lackingText, type SharePreview } from './use-change-share.ts';

export function SharePreviewText(props: {
  readonly name: string | null;
  readonly preview: SharePreview | undefined;
  readonly hasFailed: boolean;
}): ReactNode {
  const { name, preview, hasFailed } = props;
  const { t, i18n } = useTranslation();
  if (preview === undefined) return t(hasFailed ? 'roleChange.previewFailed' : 'roleChange.previewing');
  const { obstacle, lacks } = preview;
  if (obstacle !== null) return t(`sharing.obstacle.${obstacle}`);
  if (lacks !== null) return lackingText({ lacks, name: name ?? t('roleSource.someone') }, t);
  const [gains, loses] = [preview.gains.filter(isShown), preview.loses.filter(isShown)];
  if (gains.length === 0 && loses.length === 0) return t('sharing.noEffect');
  const names = (permissions: readonly AppPermission[]): string =>
    i18n.list(permissions.map((permission) => t(`permission.${permission}`)));
  return (
    <>
      {gains.length > 0 && t('roleChange.gains', { count: gains.length, permissions: names(gains) })}{' '}
      {loses.length > 0 && t('roleChange.loses', { count: loses.length, permissions: names(loses) })}
    </>
  );
}
