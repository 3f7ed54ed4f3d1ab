import { Link, useRouteContext, useRouter } from '@tanstack/react-router';
import { Ban, CircleCheck, Clock, MailOpen, UserX } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { errorCodeOf, isMissing } from '../../api/api-error.ts';
import { organizationsKey } from '../../api/api.ts';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import type { Person } from '../../auth/stored-session.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { NotFound } from '../../shared/not-found.tsx';
import { Problem } from '../../shared/problem.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { RoleBadge } from '../../shared/role-badge.tsx';
import { StatePanel } from '../../ui/state-panel.tsx';
import { type ReceivedInvitation as Invitation, InvitedRoles } from './invitation-parts.tsx';
import { SignInUnreachable, useSignIn } from '../../shared/use-sign-in.tsx';
import { isTRPCClientError } from '@trpc/client';
import * as v from 'valibot';

export function ReceivedInvitation({
  id,
  person,
}: {
  readonly id: string;
  readonly person: Person;
}): ReactNode {
  const { t } = useTranslation();
  const query = trpc.invitations.received.useQuery({ id });
  const problem = useProblem(query);
  if (problem !== null) {
    const addressee = addressedTo(problem.error);
    if (addressee !== null) return <ForAnother {...addressee} person={person} />;
    if (errorCodeOf(problem.error) === 'INVITATIONS_NOT_CONFIGURED' || !isMissing(problem.error)) {
      return <Problem problem={problem} title={t('invitations.accept.failed')} />;
    }
    return (
      <NotFound title={t('invitations.accept.missing.title')} why={t('notFound.gone')} back={<Home />} />
    );
  }
  if (query.data === undefined) return <Skeleton />;
  const invitation = query.data;
  if (invitation.status === 'pending') return <Join invitation={invitation} />;
  if (invitation.status === 'accepted') return <Accepted invitation={invitation} />;
  return <Over invitation={invitation} status={invitation.status} />;
}

function Join({ invitation }: { readonly invitation: Invitation }): ReactNode {
  const { id, organization, invitedBy, memberRole, roles, expiresAt } = invitation;
  const { t } = useTranslation();
  const enter = useEnter();
  const utils = trpc.useUtils();
  const name = organization.name ?? t('invitations.accept.unnamed');
  const accept = trpc.invitations.accept.useMutation({
    onSuccess: ({ organization: joined }) => enter(joined.id),
    // The invitation may have been revoked or have expired: the refetch shows which.
    onError: () => utils.invitations.received.invalidate(),
  });
  return (
    <StatePanel
      icon={MailOpen}
      level={1}
      title={t('invitations.accept.join', { organization: name })}
      actions={
        <Button
          variant="primary"
          // Stays disabled until the organization's page opens.
          disabled={accept.isPending || accept.isSuccess}
          onClick={() => accept.mutate({ id })}
        >
          {accept.isPending || accept.isSuccess
            ? t('invitations.accept.joining')
            : t('invitations.accept.join', { organization: name })}
        </Button>
      }
    >
      {invitedBy !== null && <p>{t('invitations.accept.by', { name: invitedBy })}</p>}
      <dl className="grid grid-cols-[auto_auto] items-center justify-center gap-x-4 gap-y-2 text-left">
        <dt>{t('invitations.accept.youWill')}</dt>
        <dd className="flex flex-wrap gap-2">
          {memberRole !== null && roles.length === 0 ? (
            <RoleBadge role={memberRole} />
          ) : (
            <InvitedRoles roles={roles} />
          )}
        </dd>
        <dt>{t('invitations.accept.until')}</dt>
        <dd className="text-ink">
          <RelativeTime at={expiresAt} />
        </dd>
      </dl>
      {accept.isError && (
        <p role="alert" className="text-denied">
          {t('invitations.accept.joinFailed')}. {t('error.whyPlain')}
        </p>
      )}
    </StatePanel>
  );
}

function Accepted({ invitation }: { readonly invitation: Invitation }): ReactNode {
  const { organization } = invitation;
  const { t } = useTranslation();
  const enter = useEnter();
  const name = organization.name ?? t('invitations.accept.unnamed');
  return (
    <StatePanel
      icon={CircleCheck}
      level={1}
      title={t('invitations.accept.accepted.title', { organization: name })}
      actions={
        <Button variant="primary" onClick={() => void enter(organization.id)}>
          {t('invitations.accept.accepted.open', { organization: name })}
        </Button>
      }
    >
      <p>{t('invitations.accept.accepted.how')}</p>
    </StatePanel>
  );
}

function Over(props: { readonly invitation: Invitation; readonly status: 'expired' | 'revoked' }): ReactNode {
  const { invitation, status } = props;
  const { invitedBy } = invitation;
  const { t } = useTranslation();
  return (
    <StatePanel
      icon={status === 'expired' ? Clock : Ban}
      level={1}
      title={t(`invitations.accept.${status}.title`)}
      actions={<Home />}
    >
      <p>
        {invitedBy === null
          ? t(`invitations.accept.${status}.how`)
          : t(`invitations.accept.${status}.howBy`, { name: invitedBy })}
      </p>
    </StatePanel>
  );
}

function ForAnother(props: {
  readonly invitee: string;
  readonly hasEmail: boolean;
  readonly person: Person;
}): ReactNode {
  const { invitee, hasEmail, person } = props;
  const { t } = useTranslation();
  const { signIn, isLeaving, isUnreachable } = useSignIn();
  const email = person.email ?? person.name ?? '';
  return (
    <StatePanel
      icon={UserX}
      level={1}
      title={t('invitations.accept.another.title')}
      actions={
        <>
          <Button variant="primary" disabled={isLeaving} onClick={() => signIn({ asAnother: true })}>
            {t('invitations.accept.another.other')}
          </Button>
          <Home />
        </>
      }
    >
      <p className="wrap-anywhere">
        {hasEmail
          ? t('invitations.accept.another.how', { invitee, email })
          : t('invitations.accept.another.noEmail', { invitee })}
      </p>
      {isUnreachable && <SignInUnreachable />}
    </StatePanel>
  );
}

function Home(): ReactNode {
  const { t } = useTranslation();
  return (
    <Link to="/" className={buttonClass('secondary')}>
      {t('invitations.accept.home')}
    </Link>
  );
}

function useEnter(): (organization: string) => Promise<void> {
  const { auth, api } = useRouteContext({ from: '__root__' });
  const router = useRouter();
  return async (organization) => {
    await api.queryClient.invalidateQueries({ queryKey: [organizationsKey] });
    auth.activeOrganization.choose(organization);
    await router.navigate({ to: '/reports', search: { org: organization } });
  };
}

function Skeleton(): ReactNode {
  const { t } = useTranslation();
  return (
    <div aria-busy="true" className="mx-auto flex max-w-md flex-col items-center px-4 py-12 md:py-16">
      <h1 className="sr-only">{t('pending')}</h1>
      <span className="skeleton mb-4 size-11 rounded-full" />
      <span className="skeleton block h-7 w-64" />
      <span className="skeleton mt-3 block h-5 w-48" />
      <span className="skeleton mt-4 block h-14 w-56" />
      <span className="skeleton mt-6 block h-9 w-40 rounded-control" />
    </div>
  );
}

const AddressedToAnother = v.object({
  latchkey: v.object({
    code: v.literal('INVITATION_FOR_ANOTHER'),
    details: v.object({ invitee: v.string(), hasEmail: v.boolean() }),
  }),
});

/** The masked address of an invitation for another user; `null` for any other error. */
function addressedTo(error: unknown): { readonly invitee: string; readonly hasEmail: boolean } | null {
  const parsed = isTRPCClientError(error) ? v.safeParse(AddressedToAnother, error.data) : undefined;
  return parsed?.success === true ? parsed.output.latchkey.details : null;
}
