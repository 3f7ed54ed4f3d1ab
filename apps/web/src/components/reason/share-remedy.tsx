import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useGate } from '../../permissions.ts';
import type { ReportRole, SharedResource } from '../../policy.ts';
import { Button } from '../button.tsx';
import { useChangeShare } from '../sharing/use-change-share.ts';
import type { Explained } from './explanation.ts';

/** Grants the role to another user, for users who can share the report or the collection. */
export function ShareRemedy(props: {
  readonly person: Explained;
  readonly on: { readonly resource: SharedResource; readonly id: string; readonly title: string | null };
  readonly role: ReportRole;
}): ReactNode {
  const { person, on, role } = props;
  const { resource, id, title } = on;
  const { t } = useTranslation();
  const share = useChangeShare({ resource, id });
  const mayShare = useGate(trpc[resource].access, { id }).state === 'allowed';
  if (!mayShare) return null;
  const { key, name, isMachine = false } = person;
  return (
    <Button
      className="ml-auto h-8!"
      aria-label={[t('sharing.submit'), t(`sharing.role.${role}`), title ?? []].flat().join(', ')}
      onClick={() => share({ person: { key, name, email: null, isMachine }, role, change: 'give' })}
    >
      {t('sharing.submit')}
    </Button>
  );
}
