import { AlertDialog } from '@base-ui/react/alert-dialog';
import { useRouteContext } from '@tanstack/react-router';
import { LogIn } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { backdropClass } from '../ui/popup-style.ts';
import type { SessionProblem } from '../auth/session-state.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { useSignIn } from '../shared/use-sign-in.tsx';

/** Typed text is restored after the sign-in. A sign-in in another tab closes the dialog. */
export default function SessionDialog(props: {
  readonly problem: Exclude<SessionProblem, 'revoked'>;
}): ReactNode {
  const { problem } = props;
  const { t } = useTranslation();
  const { signIn, isLeaving, isUnreachable } = useSignIn();
  const { auth } = useRouteContext({ from: '/console' });
  const [isOpen, setOpen] = useState(true);
  // After “Not now”, each further change that fails opens it again.
  useEffect(() => auth.session.subscribe(() => setOpen(true)), [auth]);
  return (
    <AlertDialog.Root open={isOpen} onOpenChange={setOpen}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={backdropClass} />
        <AlertDialog.Popup className="fixed top-1/2 left-1/2 z-20 w-[min(28rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 rounded-card border border-line bg-surface p-6 shadow-float transition-[opacity,scale] data-ending-style:opacity-0 data-starting-style:scale-98 data-starting-style:opacity-0">
          <AlertDialog.Title className="text-lg font-semibold">
            {t(`session.${problem}.title`)}
          </AlertDialog.Title>
          <AlertDialog.Description className="mt-2 text-muted">
            {t(`session.${problem}.again`)}
          </AlertDialog.Description>
          <p role="alert" className="mt-2 text-denied empty:hidden">
            {isUnreachable && t('error.signInUnreachable')}
          </p>
          <div className="mt-6 flex flex-wrap justify-end gap-2">
            <AlertDialog.Close className={buttonClass('quiet')}>{t('session.later')}</AlertDialog.Close>
            <Button variant="primary" disabled={isLeaving} onClick={() => signIn()} icon={LogIn}>
              {t('error.signIn')}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
