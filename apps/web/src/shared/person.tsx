import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { initialsOf } from './initials.ts';

const sizes = {
  small: 'size-6 text-[0.625rem]',
  medium: 'size-8 text-xs',
  large: 'size-12 text-md',
} as const;

/** Initials; round for a user, square for a machine. */
export function Avatar({
  name,
  size = 'small',
  isMachine = false,
}: {
  readonly name: string;
  readonly size?: keyof typeof sizes;
  readonly isMachine?: boolean;
}): ReactNode {
  return (
    <span
      aria-hidden="true"
      className={`inline-flex shrink-0 items-center justify-center print:hidden ${isMachine ? 'rounded-control' : 'rounded-full'} border border-line bg-sunken font-semibold text-muted ${sizes[size]}`}
    >
      {initialsOf(name)}
    </span>
  );
}

interface PersonProps {
  readonly person: {
    readonly key: string;
    readonly name: string | null;
    readonly email?: string | null;
    readonly isMachine?: boolean | undefined;
  };
  /** Shows the e-mail address under the name. */
  readonly detailed?: boolean;
}

/**
 * A user's initials and name. The id is in the tooltip, and replaces an unknown name. A machine-to-machine application
 * has a square avatar and a label.
 */
export function Person(props: PersonProps): ReactNode {
  const {
    person: { key, name, email = null, isMachine = false },
    detailed = false,
  } = props;
  const { t } = useTranslation();
  const shown = name ?? email;
  const detail = isMachine ? t('person.machine') : name === null ? null : email;
  return (
    <span
      className="inline-flex max-w-full min-w-0 items-center gap-2 align-middle"
      title={`${t('person.id')} ${key}`}
    >
      <Avatar name={shown ?? key} size={detailed ? 'medium' : 'small'} isMachine={isMachine} />
      <span className="min-w-0">
        {shown === null ? (
          <code className="block truncate font-mono text-xs">{key}</code>
        ) : (
          <span className={`block truncate ${detailed ? 'font-medium print:inline' : ''}`}>{shown}</span>
        )}
        {detailed && detail !== null && (
          <span className="block truncate text-sm text-muted print:ml-2 print:inline">{detail}</span>
        )}
      </span>
      {isMachine && !detailed && <span className="shrink-0 text-sm text-muted">{detail}</span>}
    </span>
  );
}
