import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc, type Outputs } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { RelativeTime } from '../../ui/time.tsx';
import { WhyButton } from '../../shared/explain/why-button.tsx';
import { RequestAccess } from '../../shared/request-access.tsx';
import { isPermission, isRole, isSharedResource } from '../../policy.ts';
import { Card, CardSkeleton } from './card.tsx';

/** The user's recent denials that still apply, with their remedies. Comes last, and is hidden when empty. */
export function DeniedCard(): ReactNode {
  const { t } = useTranslation();
  const query = trpc.home.denials.useQuery();
  const problem = useProblem(query);
  const isAskedAgain = query.data === undefined && query.errorUpdateCount > 0;
  const denials = query.data?.filter(({ permission }) => isPermission(permission)) ?? [];
  if (problem === null && !isAskedAgain && denials.length === 0) return null;
  return (
    <Card title={t('home.denied.title')} problem={problem}>
      {isAskedAgain ? (
        <CardSkeleton rows={1} />
      ) : (
        <ul className="divide-y divide-line rounded-card border border-line bg-surface">
          {denials.map((denial) => (
            <DenialRow key={`${denial.permission} ${denial.instance}`} {...denial} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function DenialRow({ permission, instance, at, grantedBy }: Outputs['home']['denials'][number]): ReactNode {
  const { t } = useTranslation();
  const resource = permission.slice(0, permission.indexOf(':'));
  return (
    <li className="px-4 py-3">
      <p className="flex flex-wrap items-baseline gap-x-2">
        <span className="font-medium">{t(`permission.${permission}`)}</span>
        {instance !== null && isSharedResource(resource) && (
          <span className="text-muted">{t(`home.denied.on.${resource}`)}</span>
        )}
        <span className="text-sm text-muted">
          <RelativeTime at={at} />
        </span>
      </p>
      <p className="mt-1 flex flex-wrap gap-x-4">
        <RequestAccess
          permission={permission}
          roles={grantedBy.filter(isRole)}
          on={null}
          instance={instance ?? undefined}
          variant="text"
        />
        <WhyButton check={{ permission, on: instance ?? undefined }} />
      </p>
    </li>
  );
}
