import { useRouteContext } from '@tanstack/react-router';
import { useTranslation } from '../i18n/use-translation.tsx';
import { leaveView, stillSignedIn, viewKey } from '../auth/view-as.ts';
import { endView } from '../shared/view-as/use-start-view.ts';
import { notify } from '../ui/notice.tsx';

/** Signs the user out. If that fails, shows a notice, and still ends a view as another user. */
export function useSignOut(): () => void {
  const { t } = useTranslation();
  const { auth, api } = useRouteContext({ from: '/console' });
  const signOut = async (): Promise<void> => {
    await endView(api);
    const view = sessionStorage.getItem(viewKey);
    // Otherwise a request in the ended view would be refused, and leave the page before the redirect to Logto.
    sessionStorage.removeItem(viewKey);
    try {
      await auth.signOut();
    } catch {
      notify({ tone: 'failed', text: t('layout.signOutFailed') });
      if (view === null) return;
      sessionStorage.setItem(viewKey, view);
      leaveView(undefined, stillSignedIn);
    }
  };
  return () => void signOut();
}
