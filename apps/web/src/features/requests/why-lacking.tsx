import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { textAction } from '../../components/text-action.ts';
import { isPermission } from '../../policy.ts';
import type { RequestDetails } from './request-types.ts';

/** Why the requester lacks what they ask for; the policy's own words on demand. */
export function WhyLacking(
  props: Pick<RequestDetails, 'explanation'> & { readonly name: string },
): ReactNode {
  const { explanation, name } = props;
  const { t } = useTranslation();
  if (explanation === null) return null;
  const { permission, outcome, text } = explanation;
  const words = isPermission(permission) ? t(`permission.${permission}`) : permission;
  return (
    <section className="mt-6">
      <h2 className="text-md font-semibold">{t('requests.why')}</h2>
      <p className="mt-1">
        {t(outcome === 'deny' ? 'requests.lacks' : 'requests.hasAlready', { name, permission: words })}{' '}
        <code className="font-mono text-xs text-muted">{permission}</code>
      </p>
      <details className="mt-2">
        <summary className={`${textAction} w-fit`}>{t('requests.exactly')}</summary>
        <p lang="en" className="mt-2 font-mono text-xs whitespace-pre-wrap text-muted wrap-anywhere">
          {text}
        </p>
      </details>
    </section>
  );
}
