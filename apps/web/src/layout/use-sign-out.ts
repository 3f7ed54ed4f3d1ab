import { useRouteContext } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { notify } from '../components/notice.ts';

/** Signs the person out, and says so when that fails. */
export function useSignOut(): () => void {
  const { t } = useTranslation();
  const { auth } = useRouteContext({ from: '/console' });
  return () => {
    auth.signOut().catch(() => notify({ tone: 'failed', text: t('layout.signOutFailed') }));
  };
}
