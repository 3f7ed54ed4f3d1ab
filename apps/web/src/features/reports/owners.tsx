import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Person, usePersonName } from '../../shared/person.tsx';
import { ShareButton } from '../../shared/sharing/share-button.tsx';
import type { Shareable } from '../../shared/sharing/use-change-share.ts';
import type { ReportSummary } from './kinds/report-kind.tsx';

type OwnersOf = ReportSummary['owners'];

/** The first owner and the number of the others, as text. */
export function useOwnersText(): (owners: OwnersOf) => string {
  const { t } = useTranslation();
  const nameOf = usePersonName();
  return (owners) => {
    if (owners === null) return t('reports.ownerUnknown');
    const [first, ...others] = owners;
    if (first === undefined) return t('reports.noOwner');
    const name = first.isMachine ? `${nameOf(first)} (${t('person.machine')})` : nameOf(first);
    return others.length === 0 ? name : `${name} +${others.length}`;
  };
}

/** Without an owner, users who can share the report or collection can choose one. */
export function Owners(props: {
  readonly owners: OwnersOf;
  readonly on: Shareable;
  readonly label?: string;
}): ReactNode {
  const { owners, on, label } = props;
  const nameOf = usePersonName();
  const text = useOwnersText();
  const [first, ...others] = owners ?? [];
  if (first === undefined)
    return (
      // Above the link that covers a row.
      <span className="relative inline-flex flex-wrap items-center gap-x-3 gap-y-1 text-muted">
        {text(owners)}
        {owners !== null && <ShareButton on={on} isForOwner />}
      </span>
    );
  return (
    <span className="inline-flex max-w-full min-w-0 items-center gap-1.5">
      {label !== undefined && <span className="shrink-0">{label}</span>} <Person person={first} />
      {others.length > 0 && (
        <span className="shrink-0 text-muted" title={others.map(nameOf).join(', ')}>
          +{others.length}
        </span>
      )}
    </span>
  );
}
