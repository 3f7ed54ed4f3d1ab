import { lazy, useRef, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { LazyPopup, preloading, useLazyPopup } from '../../ui/lazy.tsx';
import { ChangeButton } from '../gate-button.tsx';
import type { Connection } from './application.tsx';

const loadDialog = () => import('./disconnect-dialog.tsx');
const DisconnectDialog = lazy(loadDialog);

export interface Disconnected {
  readonly application: Pick<Connection, 'clientId' | 'name'>;
  /** The member for whom the application acts; absent for the user's own. */
  readonly person?: { readonly subject: string; readonly name: string } | undefined;
}

export function DisconnectButton({ application, person }: Disconnected): ReactNode {
  const { t } = useTranslation();
  const { popup, setOpen } = useLazyPopup();
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <ChangeButton
        ref={button}
        aria-label={t('applications.disconnect.of', { application: application.name })}
        {...preloading(loadDialog)}
        onClick={() => setOpen(true)}
      >
        {t('applications.disconnect.submit')}
      </ChangeButton>
      <LazyPopup popup={popup}>
        {(shown) => (
          <DisconnectDialog {...shown} application={application} person={person} returnFocusTo={button} />
        )}
      </LazyPopup>
    </>
  );
}
