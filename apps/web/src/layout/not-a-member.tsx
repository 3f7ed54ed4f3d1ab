import { Link, useRouteContext } from '@tanstack/react-router';
import { Building2, RotateCcw } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { Button, buttonClass } from '../ui/button.tsx';
import { PageTitle } from '../ui/page.tsx';
import { SignInUnreachable, useSignIn } from '../shared/use-sign-in.tsx';
import { StatePanel } from '../ui/state-panel.tsx';

export default function NotAMember({ organization }: { readonly organization: string | null }): ReactNode {
  const { t } = useTranslation();
  const { auth } = useRouteContext({ from: '/console' });
  const { signIn, isLeaving, isUnreachable } = useSignIn();
  return (
    <StatePanel
      icon={Building2}
      level={1}
      title={t('notAMember.title')}
      actions={
        <div className="flex flex-col gap-2">
          <Link to="/reports" search={{ org: undefined }} className={buttonClass('primary')}>
            {t('notAMember.leave')}
          </Link>
          <Button disabled={isLeaving} onClick={() => signIn({ asAnother: true })}>
            {t('notAMember.asAnother')}
          </Button>
          <Button
            variant="quiet"
            onClick={() => auth.activeOrganization.choose(organization)}
            icon={RotateCcw}
          >
            {t('notAMember.check')}
          </Button>
        </div>
      }
    >
      <PageTitle title={t('notAMember.title')} />
      <p>{t('notAMember.why')}</p>
      {isUnreachable && <SignInUnreachable />}
    </StatePanel>
  );
}
