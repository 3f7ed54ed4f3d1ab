import { useId, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { deniedText } from '../../shared/denied-text.ts';
import { RequestAccess } from '../../shared/request-access.tsx';
import { useGate } from '../../api/permissions.ts';
import { instanceRolesIn } from '../../policy.ts';
import { kinds } from './kinds/kinds.tsx';
import type { Kind } from './kinds/report-kind.tsx';

/** The kind of a new report. A kind that the user cannot create is disabled, with the reason; an unknown one a skeleton. */
export function KindChoice(props: {
  readonly kind: Kind;
  readonly onChoose: (kind: Kind) => void;
}): ReactNode {
  const { t } = useTranslation();
  return (
    <fieldset>
      <legend className="mb-1.5 font-medium">{t('report.form.kind')}</legend>
      <div className="divide-y divide-line rounded-card border border-line bg-surface">
        {kinds.map((kind) => (
          <Choice
            key={kind}
            kind={kind}
            isChosen={kind === props.kind}
            onChoose={() => props.onChoose(kind)}
          />
        ))}
      </div>
    </fieldset>
  );
}

function Choice(props: {
  readonly kind: Kind;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}): ReactNode {
  const { kind, isChosen, onChoose } = props;
  const { t, i18n } = useTranslation();
  const id = useId();
  const gate = useGate(trpc.reports.create, { kind });
  const isDenied = gate.state === 'denied';
  if (!isDenied && gate.state !== 'allowed')
    return (
      <div aria-hidden="true" className="px-4 py-3">
        <span className="skeleton my-0.5 ml-7 block h-5 w-40" />
        <span className="skeleton mb-0.5 ml-7 block h-5 w-80 max-w-4/5" />
      </div>
    );
  return (
    <div className="px-4 py-3">
      <label
        aria-label={t(`reports.kind.${kind}`)}
        className={`flex gap-3 ${isDenied ? 'cursor-not-allowed text-muted' : 'cursor-pointer'}`}
      >
        <input
          type="radio"
          name="kind"
          checked={isChosen}
          disabled={isDenied}
          onChange={onChoose}
          aria-describedby={id}
          className="mt-1 size-4 shrink-0 accent-brass-line"
        />
        <span className="min-w-0">
          <span className="block font-medium">{t(`reports.kind.${kind}`)}</span>
          <span id={id} className="block text-muted">
            {t(`report.kindPurpose.${kind}`)}
            {isDenied && <span className="mt-1 block text-xs">{deniedText(gate, i18n)}</span>}
          </span>
        </span>
      </label>
      {isDenied && (
        <div className="mt-1 pl-7">
          <RequestAccess
            permission={gate.permission}
            roles={gate.grantedBy}
            on={instanceRolesIn(gate)}
            variant="text"
          />
        </div>
      )}
    </div>
  );
}
