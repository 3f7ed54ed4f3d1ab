import type { AppPermission } from '@latchkey/policy';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { isPermission, isShown } from '../../policy.ts';
import { sourceText } from '../../shared/role-source.ts';
import { WhyButton } from '../../shared/explain/why-button.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { permissionNames, rowName, type ReviewRow } from './review.ts';
import { nameOf } from '../../shared/person.tsx';

export function RowContext({ row }: { readonly row: ReviewRow }): ReactNode {
  const { t, i18n } = useTranslation();
  const { facts, subject, instance, reviewer } = row;
  const grants = facts.grants.filter((one): one is AppPermission => isPermission(one) && isShown(one));
  const used = permissionNames(facts.used, t);
  const on = instance?.slice(instance.indexOf(':') + 1);
  return (
    <>
      <h2 className="font-medium wrap-anywhere">{rowName(row, t)}</h2>
      <p
        className={`mt-2 rounded-control px-3 py-2 text-sm ${used.length > 0 ? 'bg-unknown-wash text-unknown' : 'bg-sunken text-muted'}`}
      >
        {used.length > 0
          ? t('reviews.context.breaks', { permissions: i18n.list(used) })
          : t('reviews.context.breaksNothing')}
      </p>
      <dl className="mt-3 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5 text-sm">
        <Fact term={t('reviews.context.source')}>
          {facts.source === null
            ? t('reviews.context.sourceUnknown')
            : sourceText(facts.source, instance === null ? 'organization' : 'instance', i18n)}
        </Fact>
        <Fact term={t('reviews.context.since')}>
          <Time at={facts.since} none={t('reviews.context.unknown')} />
        </Fact>
        {!facts.isMachine && (
          <Fact term={t('reviews.context.lastSignIn')}>
            <Time at={facts.lastSignInAt} none={t('reviews.context.never')} />
          </Fact>
        )}
        <Fact term={t('reviews.context.lastUse')}>
          <Time at={facts.lastUsedAt} none={t('reviews.context.neverUsed')} />
        </Fact>
        {facts.inherited > 0 && (
          <Fact term={t('reviews.context.inherited')}>
            {t('reviews.context.reports', { count: facts.inherited })}
          </Fact>
        )}
        <Fact term={t('reviews.context.reviewer')}>
          {reviewer === null ? t('reviews.nobody') : nameOf(reviewer)}
        </Fact>
      </dl>
      <h3 className="mt-4 text-sm font-medium">{t('reviews.context.grants')}</h3>
      {grants.length === 0 ? (
        <p className="text-sm text-muted">{t('reviews.context.grantsNothing')}</p>
      ) : (
        <>
          <ul className="mt-1 flex flex-wrap gap-x-3 gap-y-1">
            {grants.map((permission) => (
              <li key={permission}>
                <WhyButton
                  check={{ person: subject, permission, ...(on !== undefined && { on }) }}
                  label={t('reviews.context.why', { permission: t(`permission.${permission}`) })}
                >
                  {t(`permission.${permission}`)}
                </WhyButton>
              </li>
            ))}
          </ul>
          <p className="mt-1 text-xs text-muted">{t('reviews.context.whyHow')}</p>
        </>
      )}
    </>
  );
}

function Fact({ term, children }: { readonly term: string; readonly children: ReactNode }): ReactNode {
  return (
    <>
      <dt className="text-muted">{term}</dt>
      <dd className="min-w-0 wrap-anywhere">{children}</dd>
    </>
  );
}

function Time({ at, none }: { readonly at: string | null; readonly none: string }): ReactNode {
  return at === null ? none : <RelativeTime at={at} />;
}
