import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { initialsOf } from './initials.ts';

export function Avatar({
  name,
  size = 'small',
}: {
  readonly name: string;
  readonly size?: 'small' | 'medium';
}): ReactNode {
  const shape = size === 'small' ? 'size-6 text-[0.625rem]' : 'size-8 text-xs';
  return (
    <span
      aria-hidden="true"
      className={`inline-flex shrink-0 items-center justify-center rounded-full border border-line bg-sunken font-semibold text-muted ${shape}`}
    >
      {initialsOf(name)}
    </span>
  );
}

interface PersonProps {
  readonly person: { readonly key: string; readonly name: string | null; readonly email?: string | null };
  /** Shows the e-mail address under the name. */
  readonly detailed?: boolean;
}

/** Initials and name of a person. The id is in the tooltip, and replaces an unknown name. */
export function Person({ person: { key, name, email = null }, detailed = false }: PersonProps): ReactNode {
  const { t } = useTranslation();
  const shown = name ?? email;
  const detail = name === null ? null : email;
  return (
    <span
      className="inline-flex max-w-full min-w-0 items-center gap-2 align-middle"
      title={`${t('person.id')} ${key}`}
    >
      <Avatar name={shown ?? key} size={detailed ? 'medium' : 'small'} />
      <span className="min-w-0">
        {shown === null ? (
          <code className="block truncate font-mono text-xs">{key}</code>
        ) : (
          <span className={`block truncate ${detailed ? 'font-medium' : ''}`}>{shown}</span>
        )}
        {detailed && detail !== null && <span className="block truncate text-sm text-muted">{detail}</span>}
      </span>
    </span>
  );
}
