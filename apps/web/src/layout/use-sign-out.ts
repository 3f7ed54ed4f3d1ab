import { useRouteContext } from '@tanstack/react-router';
import { useTranslation } from '../i18n/use-translation.tsx';
import { viewKey } from '../auth/view-as.ts';
import { endView } from '../shared/view-as/use-start-view.ts';
import { notify } from '../ui/notice.ts';

/** Signs the user out, and shows a notice when that fails. */
export function useSignOut(): () => void {
  const { t } = useTranslation();
  const { auth, api } = useRouteContext({ from: '/console' });
  const signOut = async (): Promise<void> => {
    await endView(api);
    sessionStorage.removeItem(viewKey);
    await auth.signOut();
  };
  return () => {
    signOut().catch(() => notify({ tone: 'failed', text: t('layout.signOutFailed') }));
  };
}
