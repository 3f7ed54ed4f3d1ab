import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { ExactTime } from '../../components/exact-time.tsx';
import { Reason } from '../../components/reason/reason.tsx';
import type { EventDetails } from './audit-types.ts';

/** The reason of a decision, from the facts at that time; or a message that they were not stored. */
export function WhyThen(props: {
  readonly why: EventDetails['why'];
  readonly person: { readonly key: string; readonly name: string | null };
}): ReactNode {
  const { why, person } = props;
  const { t } = useTranslation();
  return (
    <section className="mt-6">
      <h2 className="text-md font-semibold">{t('audit.reasons.title')}</h2>
      {why === null ? (
        <p className="mt-1 text-muted">{t('audit.reasons.none')}</p>
      ) : (
        <>
          <p className="mt-1 mb-3 text-muted">
            {t('audit.reasons.asOf')} <ExactTime at={why.asOf} seconds />
          </p>
          <Reason person={{ ...person, isReader: false }} explanation={why.explanation} />
        </>
      )}
    </section>
  );
}
