import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import type { Instance } from './explanation.ts';

/** The title of a report, the key of a collection; that there is one, for who may not see it. */
export function InstanceName({ instance }: { readonly instance: Instance }): ReactNode {
  const { t } = useTranslation();
  const { resource, key, title } = instance;
  if (title !== null) return title;
  if (resource === 'reports')
    return (
      <>
        {t('reason.aReport')} {key !== null && <code className="font-mono text-xs">…{key.slice(-6)}</code>}
      </>
    );
  return key ?? t('reason.aCollection');
}
