import type { AppPermission, AppRole } from '@latchkey/policy';
import { CircleCheck, CircleSlash, CloudAlert, LoaderCircle } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

type Outcome =
  | { readonly state: 'allowed'; readonly by?: AppRole | undefined }
  | { readonly state: 'denied'; readonly permission?: AppPermission | undefined }
  | { readonly state: 'unavailable' }
  | { readonly state: 'unknown' };

/** A decision in a line: icon and word always go together, so that colour never speaks alone. */
export function Decision({ outcome }: { readonly outcome: Outcome }): ReactNode {
  const { t } = useTranslation();
  switch (outcome.state) {
    case 'allowed':
      return (
        <Line look="text-allowed" icon={<CircleCheck aria-hidden="true" className="size-4" />}>
          {outcome.by === undefined
            ? t('decision.allowed')
            : t('decision.allowedBy', { role: t(`role.${outcome.by}`) })}
        </Line>
      );
    case 'denied':
      return (
        <Line look="text-denied" icon={<CircleSlash aria-hidden="true" className="size-4" />}>
          {outcome.permission === undefined
            ? t('decision.denied')
            : t('decision.deniedFor', { permission: outcome.permission })}
        </Line>
      );
    case 'unavailable':
      return (
        <Line look="text-unknown" icon={<CloudAlert aria-hidden="true" className="size-4" />}>
          {t('decision.unavailable')}
        </Line>
      );
    default:
      return (
        <Line look="text-muted" icon={<LoaderCircle aria-hidden="true" className="size-4" />}>
          {t('decision.unknown')}
        </Line>
      );
  }
}

function Line({ look, icon, children }: { look: string; icon: ReactNode; children: ReactNode }): ReactNode {
  return (
    <span className={`inline-flex items-center gap-1.5 font-medium whitespace-nowrap ${look}`}>
      {icon}
      {children}
    </span>
  );
}
