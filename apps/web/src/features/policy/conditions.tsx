import { policy } from '@latchkey/policy';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { PermissionName } from '../../shared/role-badge.tsx';
import { ConditionText } from './condition-text.tsx';

/** Conditional permissions, independent of roles: each rule and its condition. */
export function Conditions(): ReactNode {
  const { t } = useTranslation();
  return (
    <section id="conditions" aria-labelledby="conditions-title" className="mt-8 max-w-3xl scroll-mt-20">
      <h2 id="conditions-title" className="text-md font-semibold">
        {t('policy.conditions.title')}
      </h2>
      <p className="mt-1 text-muted">{t('policy.conditions.how')}</p>
      <ul className="mt-3 flex flex-col gap-3">
        {policy.rules.map(({ userSet, resourceSet, permissions }) => (
          <li key={`${userSet} ${resourceSet}`} className="rounded-card border border-line bg-surface">
            <ul className="px-4 py-3">
              {permissions.map((permission) => (
                <li key={permission}>
                  <PermissionName permission={permission} />
                </li>
              ))}
            </ul>
            <dl className="divide-y divide-line border-t border-line">
              <Part term={t('policy.conditions.who')} name={t(`reason.set.${userSet}`)}>
                <ConditionText condition={policy.userSets[userSet].where} />
              </Part>
              <Part term={t('policy.conditions.what')} name={t(`reason.set.${resourceSet}`)}>
                <ConditionText condition={policy.resourceSets[resourceSet].where} />
              </Part>
            </dl>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Part(props: {
  readonly term: string;
  readonly name: string;
  readonly children: ReactNode;
}): ReactNode {
  const { term, name, children } = props;
  return (
    <div className="px-4 py-3 md:grid md:grid-cols-[11rem_minmax(0,1fr)] md:gap-4">
      <dt>
        <span className="block text-sm text-muted">{term}</span>
        <span className="font-medium">{name}</span>
      </dt>
      <dd className="mt-1 md:mt-0">{children}</dd>
    </div>
  );
}
