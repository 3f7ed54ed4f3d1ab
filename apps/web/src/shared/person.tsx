import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';

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
          <span className={`block truncate ${detailed ? 'font-medium' : ''}`}>{shown}</span>
        )}
        {detailed && detail !== null && <span className="block truncate text-sm text-muted">{detail}</span>}
      </span>
      {isMachine && !detailed && <span className="shrink-0 text-sm text-muted">{detail}</span>}
    </span>
  );
}

const graphemes = new Intl.Segmenter();
const lettersOf = (word: string): string[] => Array.from(graphemes.segment(word), ({ segment }) => segment);

/**
 * The initials of a name, at most two: the last two syllables of a Hangul name (usually the given name), the first
 * letters of the first and last word of any other name. For an e-mail address, only the part before the @ is used.
 */
export function initialsOf(name: string): string {
  const words = name
    .replace(/@.*$/u, '')
    .trim()
    .split(/[\s._-]+/u)
    .filter((word) => word !== '');
  const [first = ''] = words;
  if (words.length === 1 && /^\p{Script=Hangul}+$/u.test(first)) return lettersOf(first).slice(-2).join('');
  const chosen = words.length > 1 ? [first, words.at(-1) ?? ''] : [first];
  return chosen
    .map((word) => lettersOf(word)[0] ?? '')
    .join('')
    .toLocaleUpperCase();
}
