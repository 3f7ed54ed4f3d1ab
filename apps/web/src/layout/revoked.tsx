import { RotateCcw, UserX } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { SignInUnreachable, useSignIn } from '../shared/use-sign-in.tsx';
import { Button } from '../ui/button.tsx';
import { PageTitle } from '../ui/page.tsx';
import { StatePanel } from '../ui/state-panel.tsx';

export default function Revoked(): ReactNode {
  const { t } = useTranslation();
  const { signIn, isLeaving, isUnreachable } = useSignIn();
  return (
    <StatePanel
      icon={UserX}
      tone="denied"
      level={1}
      title={t('session.revoked.title')}
      actions={
        <>
          <Button variant="primary" disabled={isLeaving} onClick={() => signIn({ asAnother: true })}>
            {t('notAMember.asAnother')}
          </Button>
          <Button variant="quiet" onClick={() => location.reload()} icon={RotateCcw}>
            {t('notAMember.check')}
          </Button>
        </>
      }
    >
      <PageTitle title={t('session.revoked.title')} />
      <p>{t('session.revoked.why')}</p>
      {isUnreachable && <SignInUnreachable />}
    </StatePanel>
  );
}
