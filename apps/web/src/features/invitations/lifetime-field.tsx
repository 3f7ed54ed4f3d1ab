import { useId, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';

/** The lifetime of the link in days. */
export function LifetimeField(props: {
  readonly choices: readonly number[];
  readonly value: number;
  readonly onChange: (days: number) => void;
}): ReactNode {
  const { choices, value, onChange } = props;
  const { t } = useTranslation();
  const name = useId();
  return (
    <fieldset>
      <legend className="font-medium">{t('invitations.sheet.ends')}</legend>
      <div className="mt-1.5 flex flex-wrap gap-2">
        {choices.map((days) => (
          <label
            key={days}
            className="inline-flex h-9 cursor-pointer items-center gap-2 rounded-control border border-line-strong bg-surface px-3 has-checked:border-brass-line has-checked:bg-brass-wash has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-brass-line pointer-coarse:h-11"
          >
            <input
              type="radio"
              name={name}
              checked={value === days}
              onChange={() => onChange(days)}
              className="size-4"
            />
            {t('invitations.sheet.days', { count: days })}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
