import type { AppRouter } from '@latchkey/server/router';
import type { inferRouterOutputs } from '@trpc/server';
import { UserRoundCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { ConsoleBar } from './console-bar.tsx';

type Acting = NonNullable<inferRouterOutputs<AppRouter>['session']['me']['acting']>;

/** Shown on every page while an actor acts for a user (token exchange). Loaded by `Layout`, hence the default export. */
export default function ActingBar({ acting }: { readonly acting: Acting }): ReactNode {
  const { t, i18n } = useTranslation();
  const nameOf = ({ key, name }: Acting['as']): string => name ?? key;
  const by = new Intl.ListFormat(i18n.language).format(acting.by.map(nameOf));
  return (
    <ConsoleBar label={t('viewAs.actingBar')} icon={UserRoundCheck}>
      <b className="font-semibold">{t('viewAs.acting', { name: nameOf(acting.as), by })}</b>
      <span className="max-md:sr-only"> {t('viewAs.actingLimits')}</span>
    </ConsoleBar>
  );
}
