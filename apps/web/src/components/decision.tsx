import type { AppRole } from '@latchkey/policy';
import { CircleCheck, CircleSlash, CloudAlert, LoaderCircle, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

export type Outcome =
  | { readonly state: 'allowed'; readonly by?: AppRole | undefined }
  | { readonly state: 'denied' | 'unavailable' | 'unknown' };

/** A decision in one line. Icon and word always go together, so that nothing is said by colour alone. */
export function Decision({ outcome }: { readonly outcome: Outcome }): ReactNode {
  const { t } = useTranslation();
  switch (outcome.state) {
    case 'allowed':
      return (
        <Line icon={CircleCheck} tone="text-allowed">
          {outcome.by === undefined
            ? t('decision.allowed')
            : t('decision.allowedBy', { role: t(`role.${outcome.by}`) })}
        </Line>
      );
    case 'denied':
      return (
        <Line icon={CircleSlash} tone="text-denied">
          {t('decision.denied')}
        </Line>
      );
    case 'unavailable':
      return (
        <Line icon={CloudAlert} tone="text-unknown">
          {t('decision.unavailable')}
        </Line>
      );
    default:
      return (
        <Line icon={LoaderCircle} tone="text-muted">
          {t('decision.unknown')}
        </Line>
      );
  }
}

interface LineProps {
  readonly icon: LucideIcon;
  readonly tone: string;
  readonly children: ReactNode;
}

function Line({ icon: Icon, tone, children }: LineProps): ReactNode {
  return (
    <span className="inline-flex items-center gap-2 whitespace-nowrap">
      <Icon aria-hidden="true" className={`size-4 shrink-0 ${tone}`} />
      {children}
    </span>
  );
}
