import { useId, type ReactNode } from 'react';
import { useGate } from '../../api/permissions.ts';
import { trpc } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { instanceRolesIn, roles } from '../../policy.ts';
import { deniedText } from '../../shared/denied-text.ts';
import { RequestAccess } from '../../shared/request-access/request-access.tsx';
import { Select } from '../../ui/select.tsx';
import type { NewReportSearch } from './filters.ts';
import { daysOf, kinds, requestOf } from './kinds/kinds.tsx';
import type { Days, DaysChoice as DaysOf, Kind } from './kinds/report-kind.tsx';

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
          <KindOption
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

function KindOption(props: {
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
        aria-label={t(`reportKinds.${kind}.name`)}
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
          <span className="block font-medium">{t(`reportKinds.${kind}.name`)}</span>
          <span id={id} className="block text-muted">
            {t(`reportKinds.${kind}.purpose`)}
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

export function KindOptions(props: {
  readonly search: NewReportSearch;
  readonly onChange: (more: NewReportSearch) => void;
}): ReactNode {
  const { search, onChange } = props;
  const request = requestOf(search);
  if (request.kind === 'access-review')
    return (
      <RolesChoice
        chosen={request.roles}
        onChange={(chosen) => onChange({ roles: chosen.join(',') || undefined })}
      />
    );
  const days = daysOf(request.kind);
  if (days === undefined) return null;
  return (
    <DaysChoice
      days={days}
      chosen={search.days ?? days.first}
      onChange={(chosen) => onChange({ days: chosen })}
    />
  );
}

function RolesChoice(props: {
  readonly chosen: readonly (typeof roles)[number][];
  readonly onChange: (chosen: (typeof roles)[number][]) => void;
}): ReactNode {
  const { chosen, onChange } = props;
  const { t } = useTranslation();
  return (
    <fieldset>
      <legend className="font-medium">{t('report.form.roles')}</legend>
      <p className="mb-1.5 text-sm text-muted">{t('report.form.rolesHint')}</p>
      <div className="flex flex-wrap gap-x-5">
        {roles.map((role) => (
          <label key={role} className="inline-flex h-9 cursor-pointer items-center gap-2 pointer-coarse:h-11">
            <input
              type="checkbox"
              checked={chosen.includes(role)}
              onChange={({ target }) =>
                onChange(roles.filter((one) => (one === role ? target.checked : chosen.includes(one))))
              }
              className="size-4 accent-brass-line"
            />
            {t(`role.${role}`)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function DaysChoice(props: {
  readonly days: DaysOf;
  readonly chosen: Days;
  readonly onChange: (days: Days | undefined) => void;
}): ReactNode {
  const { days, chosen, onChange } = props;
  const { t } = useTranslation();
  const id = useId();
  // Includes a value from the URL that is not among the choices.
  const all = [...new Set([...days.choices, chosen])].toSorted((one, other) => one - other);
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block font-medium">
        {t(days.label)}
      </label>
      <Select
        id={id}
        value={chosen}
        onChange={({ target }) => onChange(all.find((count) => String(count) === target.value))}
      >
        {all.map((count) => (
          <option key={count} value={count}>
            {t(days.each, { count })}
          </option>
        ))}
      </Select>
    </div>
  );
}
