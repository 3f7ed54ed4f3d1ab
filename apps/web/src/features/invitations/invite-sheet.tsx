import { useState, type ReactNode } from 'react';
import { useGate } from '../../api/permissions.ts';
import { trpc } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { OpenForm } from '../../shared/open-form.tsx';
import { OutcomeLine } from '../../shared/outcome-line.tsx';
import { Button } from '../../ui/button.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { CopyLink, InvitationStatus, type InviteOptions, type InviteOutcome } from './invitation-parts.tsx';
import { InviteForm } from './invite-form.tsx';

export default function InviteSheet(props: {
  readonly open: boolean;
  readonly options: InviteOptions;
  readonly onClose: () => void;
}): ReactNode {
  const { open, options, onClose } = props;
  const { t } = useTranslation();
  const gate = useGate(trpc.invitations.create, undefined);
  const [outcomes, setOutcomes] = useState<readonly InviteOutcome[] | null>(null);
  return (
    <Sheet
      open={open}
      title={t('invitations.sheet.title')}
      onClose={onClose}
      onClosed={() => setOutcomes(null)}
    >
      {outcomes === null ? (
        <OpenForm gate={gate}>
          <InviteForm options={options} onInvited={setOutcomes} onCancel={onClose} />
        </OpenForm>
      ) : (
        <InviteOutcomes outcomes={outcomes} onMore={() => setOutcomes(null)} onDone={onClose} />
      )}
    </Sheet>
  );
}

/** Updates when an invitation is accepted. */
function InviteOutcomes(props: {
  readonly outcomes: readonly InviteOutcome[];
  readonly onMore: () => void;
  readonly onDone: () => void;
}): ReactNode {
  const { outcomes, onMore, onDone } = props;
  const { t } = useTranslation();
  const { data } = trpc.invitations.list.useQuery({ limit: 100 });
  const statusOf = new Map(data?.items.map(({ id, status }) => [id, status]));
  return (
    <div className="flex flex-col gap-5">
      <ul
        aria-label={t('invitations.sheet.outcome')}
        className="divide-y divide-line rounded-card border border-line bg-surface"
      >
        {outcomes.map((outcome) => (
          <Outcome
            key={outcome.email}
            outcome={outcome}
            status={outcome.outcome === 'invited' ? statusOf.get(outcome.invitation.id) : undefined}
          />
        ))}
      </ul>
      <div className="flex flex-wrap gap-2">
        <Button variant="primary" onClick={onDone}>
          {t('invitations.sheet.done')}
        </Button>
        <Button variant="quiet" onClick={onMore}>
          {t('invitations.sheet.more')}
        </Button>
      </div>
    </div>
  );
}

function Outcome(props: {
  readonly outcome: InviteOutcome;
  readonly status: 'pending' | 'accepted' | 'expired' | 'revoked' | undefined;
}): ReactNode {
  const { outcome, status } = props;
  const { t } = useTranslation();
  return (
    <li className="px-4 py-3" aria-label={outcome.email}>
      <p className="font-medium wrap-anywhere">{outcome.email}</p>
      {outcome.outcome === 'refused' ? (
        <OutcomeLine look="failed" text={t(`invitations.refusal.${outcome.code}`)} />
      ) : status !== undefined && status !== 'pending' ? (
        <InvitationStatus status={status} />
      ) : (
        <>
          <OutcomeLine
            look={outcome.mail === 'sent' ? 'done' : 'link'}
            text={t(`invitations.mail.${outcome.mail}`)}
          />
          <div className="mt-1 -ml-3.5">
            <CopyLink invitation={outcome.invitation} />
          </div>
        </>
      )}
    </li>
  );
}
