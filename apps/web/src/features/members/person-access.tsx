import { Link } from '@tanstack/react-router';
import { Check, FileText } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { roleName } from '../../shared/role-badge.tsx';
import { sourceText } from '../../shared/role-source.ts';
import { WhyButton } from '../../shared/explain/why-button.tsx';
import { groupByResource } from '../../policy.ts';
import { Section, sectionRow } from '../../ui/page.tsx';
import type { PersonAccess } from './member.ts';

/** The person's permissions in the organization by resource, each with its explanation. */
export function PersonPermissions(props: {
  readonly subject: string;
  readonly access: PersonAccess;
}): ReactNode {
  const { subject, access } = props;
  const { t } = useTranslation();
  const groups = groupByResource(access.permissions);
  return (
    <Section anchor="may" title={t('onePerson.may')}>
      {groups.length === 0 && <p className={`${sectionRow} text-muted`}>{t('onePerson.mayNothing')}</p>}
      {groups.map(({ resource, permissions }) => (
        <div key={resource} className="px-4 py-2.5 md:grid md:grid-cols-[10rem_minmax(0,1fr)] md:gap-4">
          <h3 className="text-sm leading-6 text-muted">{t(`resource.${resource}`)}</h3>
          <ul>
            {permissions.map((permission) => (
              <li key={permission} className="flex items-center gap-2 md:py-0.5">
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

/** The reports on which the person has a role, including through a collection. */
export function PersonShares(props: { readonly subject: string; readonly access: PersonAccess }): ReactNode {
  const { subject, access } = props;
  const { shares, moreShares } = access;
  const { t, i18n } = useTranslation();
  return (
    <Section anchor="shares" title={t('onePerson.shares')}>
      {shares.length === 0 && <p className={`${sectionRow} text-muted`}>{t('onePerson.sharesNone')}</p>}
      {shares.map(({ report, title, roles }) => (
        <div key={report} className={sectionRow}>
          <FileText aria-hidden="true" className="size-4 shrink-0 text-muted" />
          <span className="min-w-0 flex-1 basis-48 wrap-anywhere">
            {title === null ? (
              <span className="text-muted">
                {t('onePerson.hiddenReport')} <code className="font-mono text-xs">…{report.slice(-6)}</code>
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
            label={t('reason.whyOf', { what: title ?? t('onePerson.hiddenReport') })}
          />
        </div>
      ))}
      {moreShares > 0 && (
        <p className={`${sectionRow} text-muted`}>{t('onePerson.sharesMore', { count: moreShares })}</p>
      )}
    </Section>
  );
}
