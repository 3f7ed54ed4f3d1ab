import { Ban, CircleDashed, Clock3, PencilLine, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Outputs } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';

export type Connection = Outputs['applications']['mine']['connections'][number];

export type NamedApplication = Pick<Connection, 'clientId' | 'name' | 'host' | 'isVerified'>;

/** The name. An application that is not registered in Logto chose it itself, so its host is shown too. */
export function ApplicationName(props: {
  readonly application: NamedApplication;
  /** Beside the name. */
  readonly children?: ReactNode;
}): ReactNode {
  const { application, children } = props;
  const { name, host, isVerified } = application;
  const isUnverified = !isVerified && host !== null && host !== name;
  const { t } = useTranslation();
  return (
    <span className="min-w-0 wrap-anywhere">
      <span className="flex flex-wrap items-center gap-x-3">
        <span className="font-medium">{name}</span>
        {children}
      </span>
      {isUnverified && (
        <span className="block text-sm text-muted">{t('applications.unverified', { host })}</span>
      )}
    </span>
  );
}

/** As `ApplicationName`, within a sentence. */
export function applicationText({ name, host, isVerified }: NamedApplication): string {
  return isVerified || host === null || host === name ? name : `${name} (${host})`;
}

/** What the person consented to, and whether any of it changes something. */
export function ApplicationScopes(props: Pick<Connection, 'scopes' | 'canChange'>): ReactNode {
  const { scopes, canChange } = props;
  const { t } = useTranslation();
  return (
    <span className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
      {scopes.length === 0
        ? t('applications.noScopes')
        : scopes.map((scope) => t(`applications.scope.${scope}`)).join(' · ')}
      {canChange && (
        <Label icon={PencilLine} ink="text-info">
          {t('applications.canChange')}
        </Label>
      )}
    </span>
  );
}

const states = {
  waiting: { icon: Clock3, ink: 'text-unknown' },
  blocked: { icon: Ban, ink: 'text-denied' },
  unused: { icon: CircleDashed, ink: 'text-muted' },
} as const;

/** Nothing for the usual state, in which the application can act. */
export function ConnectionState({ state }: { readonly state: Connection['state'] }): ReactNode {
  const { t } = useTranslation();
  return state === 'allowed' ? null : <Label {...states[state]}>{t(`applications.state.${state}`)}</Label>;
}

function Label(props: {
  readonly icon: LucideIcon;
  readonly ink: string;
  readonly children: ReactNode;
}): ReactNode {
  const { icon: Icon, ink, children } = props;
  return (
    <span className={`inline-flex items-center gap-1.5 text-sm font-medium whitespace-nowrap ${ink}`}>
      <Icon aria-hidden="true" className="size-3.5" />
      {children}
    </span>
  );
}
