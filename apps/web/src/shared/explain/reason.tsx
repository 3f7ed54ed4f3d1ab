import { UserX, Unplug } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Callout } from '../../ui/callout.tsx';
import { ChainRow } from './chain-row.tsx';
import type { Explained, Explanation } from './explanation.ts';

/** The paths from the person to the permission, stacked; for a denial, the held roles, broken before it. */
export function Reason(props: {
  readonly person: Explained;
  readonly explanation: Explanation;
  /** Whether the account can sign in. */
  readonly isActive?: boolean;
}): ReactNode {
  const { person, explanation, isActive = true } = props;
  const { permission, outcome, agrees, paths, held, notes } = explanation;
  const { t } = useTranslation();
  const broken = paths.length === 0;
  const chains = broken ? (held.length === 0 ? [[]] : held) : paths;
  return (
    <div className="@container">
      {!isActive && (
        <Callout tone="denied" icon={UserX} title={t('reason.inactive')}>
          <p>{t('reason.inactiveHow', { name: person.name ?? t('reason.somebody') })}</p>
        </Callout>
      )}
      {!agrees && (
        <Callout tone="unknown" icon={Unplug} title={t('reason.disagrees')}>
          <p>{t(`reason.disagreesHow.${outcome}`)}</p>
        </Callout>
      )}
      {!broken && paths.length > 1 && <p className="mb-2 text-muted">{t('reason.paths')}</p>}
      {broken && held.length > 0 && <p className="mb-2 text-muted">{t('reason.heldNone')}</p>}
      <div className="flex flex-col gap-4 @xl:gap-3">
        {chains.map((chain, index) => (
          <ChainRow key={index} person={person} chain={chain} permission={permission} broken={broken} />
        ))}
      </div>
      {notes.map((note) => (
        <p key={note.kind} className="mt-3 text-muted">
          {t(`reason.note.${note.kind}`)}
        </p>
      ))}
    </div>
  );
}
