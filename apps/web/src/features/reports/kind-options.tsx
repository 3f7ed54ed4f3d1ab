import { useId, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Select } from '../../ui/select.tsx';
import { roles } from '../../policy.ts';
import type { NewReportSearch } from './filters.ts';
import { daysOf, requestOf } from './kinds/kinds.tsx';
import type { Days, DaysChoice as Choice } from './kinds/report-kind.tsx';

/** The options of the selected kind; hidden if it has none. */
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
  readonly days: Choice;
  readonly chosen: Days;
  readonly onChange: (days: Days | undefined) => void;
}): ReactNode {
  const { days, chosen, onChange } = props;
  const { t } = useTranslation();
  const id = useId();
  // A value that only the URL contains is an option too.
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
