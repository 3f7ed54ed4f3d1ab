import type { AppRole } from '@latchkey/policy';
import { Link, useNavigate } from '@tanstack/react-router';
import { Check, FileText } from 'lucide-react';
import { useId, useState, type ReactNode } from 'react';
import { useGate } from '../../api/permissions.ts';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { groupByResource } from '../../policy.ts';
import { DurationField, secondsFrom, suggestedDuration } from '../../shared/duration-field.tsx';
import { WhyButton } from '../../shared/explain/why-button.tsx';
import { FormFailure } from '../../shared/failure.tsx';
import { ChangeButton } from '../../shared/gate-button.tsx';
import { nameOf } from '../../shared/person.tsx';
import { roleName } from '../../shared/role-badge.tsx';
import { sourceText } from '../../shared/role-source.ts';
import { buttonClass } from '../../ui/button.tsx';
import { notify } from '../../ui/notice.tsx';
import { Section, sectionRow } from '../../ui/page.tsx';
import type { MemberDetails, PersonAccess } from './member.ts';
import { PreviewText } from './preview-text.tsx';

export function PersonPermissions(props: {
  readonly subject: string;
  readonly access: PersonAccess;
}): ReactNode {
  const { subject, access } = props;
  const { t } = useTranslation();
  const groups = groupByResource(access.permissions);
  return (
    <Section anchor="may" title={t('members.person.may')}>
      {groups.length === 0 && <p className={`${sectionRow} text-muted`}>{t('members.person.mayNothing')}</p>}
      {groups.map(({ resource, permissions }) => (
        <div key={resource} className="px-4 py-2.5 lg:grid lg:grid-cols-[10rem_minmax(0,1fr)] lg:gap-4">
          <h3 className="text-sm leading-6 text-muted">{t(`resource.${resource}`)}</h3>
          <ul>
            {permissions.map((permission) => (
              <li key={permission} className="flex items-center gap-2 lg:py-0.5">
                <Check aria-hidden="true" className="size-4 shrink-0 text-allowed" />
                <span className="min-w-0 flex-1">{t(`permission.${permission}`)}</span>
                <WhyButton
                  check={{ person: subject, permission }}
                  label={t('reason.whyOf', { what: t(`permission.${permission}`) })}
                />
              </li>
            ))}
          </ul>
        </div>
      ))}
    </Section>
  );
}

export function PersonShares(props: { readonly subject: string; readonly access: PersonAccess }): ReactNode {
  const { subject, access } = props;
  const { shares, moreShares } = access;
  const { t, i18n } = useTranslation();
  return (
    <Section anchor="shares" title={t('members.person.shares')}>
      {shares.length === 0 && <p className={`${sectionRow} text-muted`}>{t('members.person.sharesNone')}</p>}
      {shares.map(({ report, title, roles }) => (
        <div key={report} className={sectionRow}>
          <FileText aria-hidden="true" className="size-4 shrink-0 text-muted" />
          <span className="min-w-0 flex-1 basis-48 wrap-anywhere">
            {title === null ? (
              <span className="text-muted">
                {t('members.person.hiddenReport')}{' '}
                <code className="font-mono text-xs">…{report.slice(-6)}</code>
              </span>
            ) : (
              <Link
                to="/reports/$reportId"
                params={{ reportId: report }}
                className="font-medium underline underline-offset-4 pointer-coarse:py-3"
              >
                {title}
              </Link>
            )}
          </span>
          <ul className="text-sm text-muted">
            {roles.map(({ role, source }) => (
              <li key={role}>
                {roleName(role, 'instance', t)}
                {source !== null && (
                  <span className="block text-xs">{sourceText(source, 'instance', i18n)}</span>
                )}
              </li>
            ))}
          </ul>
          <WhyButton
            check={{ person: subject, permission: 'reports:view', on: report }}
            label={t('reason.whyOf', { what: title ?? t('members.person.hiddenReport') })}
          />
        </div>
      ))}
      {moreShares > 0 && (
        <p className={`${sectionRow} text-muted`}>{t('members.person.sharesMore', { count: moreShares })}</p>
      )}
    </Section>
  );
}

/** Offers to grant the role in the URL. */
export function AssignRole(props: { readonly member: MemberDetails; readonly role: AppRole }): ReactNode {
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
  const assign = trpc.members.assign.useMutation({
    onSuccess: async () => {
      notify({ tone: 'done', text: t('roleChange.assigned', names) });
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
        {t('members.person.assign.title', names)}
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
      <FormFailure failed={t('members.failed.assign')} error={assign.error} />
      <div className="mt-3 flex flex-wrap gap-2">
        {obstacle === null && (
          <ChangeButton
            variant="primary"
            disabled={preview.data === undefined || duration === undefined || assign.isPending}
            onClick={() => assign.mutate({ subject, role, duration })}
          >
            {t('members.person.assign.confirm')}
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
