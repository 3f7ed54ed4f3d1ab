import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { Reason } from '../../components/reason/reason.tsx';
import { textAction } from '../../components/text-action.ts';
import { useGate } from '../../permissions.ts';
import type { RequestDetails } from './request-types.ts';

/** Why the requester lacks the permission, as a chain. */
export function WhyLacking(props: Pick<RequestDetails, 'explanation' | 'requester'>): ReactNode {
  const { explanation, requester } = props;
  const { t } = useTranslation();
  const mayLook = useGate(trpc.why.explain).state === 'allowed';
  if (explanation === null) return null;
  const { permission, instance } = explanation;
  return (
    <section className="mt-6">
      <h2 className="mb-2 text-md font-semibold">{t('requests.why')}</h2>
      <Reason person={{ ...requester, isReader: false }} explanation={explanation} />
      {mayLook && (
        <p className="mt-3">
          <Link
            to="/why"
            search={{ person: requester.key, permission, on: instance?.key ?? undefined }}
            className={textAction}
          >
            {t('requests.otherWays')}
          </Link>
        </p>
      )}
    </section>
  );
}
