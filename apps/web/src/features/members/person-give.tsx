import type { AppRole } from '@latchkey/policy';
import { Link, useNavigate } from '@tanstack/react-router';
import { useId, useState, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { buttonClass } from '../../ui/button.tsx';
import { ChangeButton } from '../../shared/gate-button.tsx';
import { DurationField, secondsFrom, suggestedDuration } from '../../shared/duration-field.tsx';
import { FormFailure } from '../../shared/failure.tsx';
import { notify } from '../../ui/notice.tsx';
import { useGate } from '../../api/permissions.ts';
import type { MemberDetails } from './member.ts';
import { PreviewText } from './preview-text.tsx';
import { nameOf } from '../../shared/person.tsx';

/** Offers to grant the role in the URL: its effect, and a button. Hidden without permission or when the role is held. */
export function GiveRole(props: { readonly member: MemberDetails; readonly role: AppRole }): ReactNode {
  const { member, role } = props;
  const { subject } = member;
  const mayGive = useGate(trpc.members.assign, { subject, role }).state === 'allowed';
  const isHeld = member.roles.some((held) => held.role === role);
  return mayGive && !isHeld ? <Offer {...props} /> : null;
}

function Offer({ member, role }: { readonly member: MemberDetails; readonly role: AppRole }): ReactNode {
  const { subject } = member;
  const { t } = useTranslation();
  const navigate = useNavigate();
  const utils = trpc.useUtils();
  const id = useId();
  const preview = trpc.members.preview.useQuery({ subject, role, change: 'assign' });
  const problem = useProblem(preview);
  const names = { name: nameOf(member), role: t(`role.${role}`) };
  const give = trpc.members.assign.useMutation({
    onSuccess: async () => {
      notify({ tone: 'done', text: t('roleChange.given', names) });
      await Promise.all([utils.members.invalidate(), utils.person.invalidate(), utils.why.invalidate()]);
      await navigate({ to: '/members/$subject', params: { subject }, search: {}, replace: true });
    },
    onError: () => utils.members.preview.invalidate(),
  });
  const obstacle = preview.data?.obstacle ?? null;
  const [chosen, setDuration] = useState(() => suggestedDuration(role));
  const duration = secondsFrom(chosen);
  return (
    <section aria-labelledby={id} className="rounded-card border border-brass-line bg-brass-wash p-4">
      <h2 id={id} className="text-md font-semibold wrap-anywhere">
        {t('onePerson.give.title', names)}
      </h2>
      <p className="mt-1 min-h-5">
        <PreviewText preview={preview.data} hasFailed={problem !== null} />
      </p>
      {obstacle === null && (
        <div className="mt-3">
          <DurationField
            value={chosen}
            onChange={setDuration}
            invalid={chosen.day !== '' && duration === undefined}
          />
        </div>
      )}
      <FormFailure failed={t('members.failed.assign')} error={give.error} />
      <div className="mt-3 flex flex-wrap gap-2">
        {obstacle === null && (
          <ChangeButton
            variant="primary"
            disabled={preview.data === undefined || duration === undefined || give.isPending}
            onClick={() => give.mutate({ subject, role, duration })}
          >
            {t('onePerson.give.confirm')}
          </ChangeButton>
        )}
        <Link
          to="/members/$subject"
          params={{ subject }}
          search={{}}
          replace
          className={buttonClass('quiet')}
        >
          {t('cancel')}
        </Link>
      </div>
    </section>
  );
}
