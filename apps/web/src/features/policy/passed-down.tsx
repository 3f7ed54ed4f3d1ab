import { policy } from '@latchkey/policy';
import { ArrowRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import type { Policy } from '@latchkey/permissions';
import { roleName } from '../../shared/role-badge.tsx';
import { isReportRole, isSharedResource, type ReportRole, type SharedResource } from '../../policy.ts';

interface Derivation {
  readonly from: { readonly role: ReportRole; readonly on: SharedResource };
  readonly to: { readonly role: ReportRole; readonly on: SharedResource };
}

/** Instance roles that derive roles on other instances, such as a collection's on its reports. */
function derivationsIn({ resources }: Policy): Derivation[] {
  return Object.entries(resources).flatMap(([resource, { roles = {} }]) =>
    Object.entries(roles).flatMap(([role, { derivedFrom = [] }]) =>
      derivedFrom.flatMap((from): Derivation[] =>
        isSharedResource(resource) &&
        isReportRole(role) &&
        isSharedResource(from.on) &&
        isReportRole(from.role)
          ? [{ from: { role: from.role, on: from.on }, to: { role, on: resource } }]
          : [],
      ),
    ),
  );
}

export function PassedDown(): ReactNode {
  const { t } = useTranslation();
  return (
    <section aria-labelledby="passed-down" className="mt-8 max-w-3xl">
      <h2 id="passed-down" className="text-md font-semibold">
        {t('policy.passedDown.title')}
      </h2>
      <p className="mt-1 text-muted">{t('policy.passedDown.how')}</p>
      <ul className="mt-3 divide-y divide-line rounded-card border border-line bg-surface">
        {derivationsIn(policy).map(({ from, to }) => (
          <li
            key={`${from.on}#${from.role} ${to.on}#${to.role}`}
            className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2"
          >
            <span>
              <span className="font-medium">{roleName(from.role, 'instance', t)}</span>{' '}
              <span className="text-muted">{t(`policy.passedDown.from.${from.on}`)}</span>
            </span>
            <ArrowRight aria-hidden="true" className="size-4 shrink-0 text-muted" />
            <span>
              <span className="font-medium">{roleName(to.role, 'instance', t)}</span>{' '}
              <span className="text-muted">{t(`policy.passedDown.to.${to.on}`)}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
