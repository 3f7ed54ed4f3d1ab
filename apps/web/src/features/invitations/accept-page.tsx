import { getRouteApi } from '@tanstack/react-router';
import { MailOpen } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Button } from '../../ui/button.tsx';
import { StandaloneHeader } from '../../shared/standalone-page.tsx';
import { PageTitle } from '../../ui/page.tsx';
import { StatePanel } from '../../ui/state-panel.tsx';
import { ReceivedInvitation } from './received-invitation.tsx';
import { SignInUnreachable, useSignIn } from '../../shared/use-sign-in.tsx';

const route = getRouteApi('/invitations/$invitationId/accept');

export function AcceptPage(): ReactNode {
  const { t } = useTranslation();
  const { invitationId } = route.useParams();
  const { person } = route.useLoaderData();
  return (
    <div className="mx-auto flex min-h-dvh max-w-3xl flex-col px-4 md:px-8">
      <PageTitle title={t('invitations.accept.title')} />
      <StandaloneHeader />
      <main className="flex flex-1 flex-col justify-center pb-16">
        {person === null ? <SignedOut /> : <ReceivedInvitation id={invitationId} person={person} />}
      </main>
    </div>
  );
}

/** The details of an invitation are shown to the invited user only. */
function SignedOut(): ReactNode {
  const { t } = useTranslation();
  const { signIn, isLeaving, isUnreachable } = useSignIn();
  return (
    <StatePanel
      icon={MailOpen}
      level={1}
      title={t('invitations.accept.signedOut.title')}
      actions={
        <>
          <Button variant="primary" disabled={isLeaving} onClick={() => signIn({ register: false })}>
            {t('invitations.accept.signedOut.signIn')}
          </Button>
          <Button disabled={isLeaving} onClick={() => signIn({ register: true })}>
            {t('invitations.accept.signedOut.signUp')}
          </Button>
        </>
      }
    >
      <p>{t('invitations.accept.signedOut.how')}</p>
      {isUnreachable && <SignInUnreachable />}
    </StatePanel>
  );
}
