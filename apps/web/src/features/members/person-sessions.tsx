import { MonitorSmartphone } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { ExactTime } from '../../components/exact-time.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { PersonSection, personRow } from './person-section.tsx';

/** The person's sessions at Logto. */
export function PersonSessions({ subject }: { readonly subject: string }): ReactNode {
  const { t } = useTranslation();
  const query = trpc.person.sessions.useQuery({ subject });
  const problem = useProblem(query);
  const sessions = query.data;
  return (
    <PersonSection anchor="sessions" title={t('onePerson.sessions')}>
      {problem !== null && <p className={`${personRow} text-muted`}>{t('onePerson.partFailed')}</p>}
      {problem === null && sessions === undefined && (
        <span className={personRow}>
          <span className="skeleton h-5 w-64 max-w-full" />
        </span>
      )}
      {sessions === null && <p className={`${personRow} text-muted`}>{t('onePerson.sessionsUnknown')}</p>}
      {sessions?.length === 0 && <p className={`${personRow} text-muted`}>{t('onePerson.sessionsNone')}</p>}
      {sessions?.map(({ id, signedInAt, expiresAt }) => (
        <div key={id} className={personRow}>
          <MonitorSmartphone aria-hidden="true" className="size-4 shrink-0 text-muted" />
          <span className="min-w-0 flex-1">
            {t('onePerson.session')}{' '}
            {signedInAt === null ? t('onePerson.never') : <RelativeTime at={signedInAt} />}
          </span>
          <span className="text-sm text-muted">
            {t('onePerson.sessionEnds')} <ExactTime at={expiresAt} />
          </span>
        </div>
      ))}
    </PersonSection>
  );
}
