import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { shortId } from '../ui/copyable.tsx';

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

interface NamedPerson {
  readonly key: string;
  readonly name: string | null;
  readonly email?: string | null;
  readonly isMachine?: boolean | undefined;
  readonly isGone?: boolean | undefined;
}

type Named = { readonly name?: string | null; readonly email?: string | null } & (
  { readonly key: string } | { readonly subject: string }
);

/** The name, or else the email address, or else the id. */
export function nameOf(person: Named): string {
  return person.name ?? person.email ?? ('key' in person ? person.key : person.subject);
}

/** Machines need no account, so a machine without one has not been deleted. */
const isDeleted = ({ isGone = false, isMachine = false }: NamedPerson): boolean => isGone && !isMachine;

/** A user's name as text; the id for an unknown name. */
export function usePersonName(): (person: NamedPerson) => string {
  const { t } = useTranslation();
  return (person) => person.name ?? person.email ?? (isDeleted(person) ? t('person.gone') : person.key);
}

interface PersonProps {
  readonly person: NamedPerson;
  readonly detailed?: boolean;
}

/**
 * A user's initials and name. The id is in the tooltip; it replaces an unknown name, and its end tells deleted accounts
 * apart. A machine-to-machine application has a square avatar and a label.
 */
export function Person(props: PersonProps): ReactNode {
  const {
    person: { key, name, email = null, isMachine = false },
    detailed = false,
  } = props;
  const { t } = useTranslation();
  const shown = name ?? email ?? (isDeleted(props.person) ? t('person.gone') : null);
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
          <span
            className={`block truncate ${detailed ? 'font-medium print:mr-2 print:inline-block print:max-w-full' : ''}`}
          >
            {shown}
            {isDeleted(props.person) && (
              <code className="ml-2 font-mono text-xs text-muted">{shortId(key)}</code>
            )}
          </span>
        )}
        {detailed && detail !== null && (
          <span className="block truncate text-sm text-muted print:inline-block print:max-w-full">
            {detail}
          </span>
        )}
      </span>
      {isMachine && !detailed && <span className="shrink-0 text-sm text-muted">{detail}</span>}
    </span>
  );
}

const graphemes = new Intl.Segmenter();
const lettersOf = (word: string): string[] => Array.from(graphemes.segment(word), ({ segment }) => segment);

/**
 * The initials of a name, at most two: the last two syllables of a Hangul name (usually the given name), the first
 * letters of the first and last word of any other name. For an email address, only the part before the @ is used.
 * @internal exported for tests
 */
export function initialsOf(name: string): string {
  const words = name
    .replace(/@.*$/u, '')
    .trim()
    .split(/[\s._-]+/u)
    .map((word) => word.replace(/^[\p{P}\p{Sm}]+/u, ''))
    .filter((word) => word !== '');
  const [first = ''] = words;
  if (words.length === 1 && /^\p{Script=Hangul}+$/u.test(first)) return lettersOf(first).slice(-2).join('');
  const chosen = words.length > 1 ? [first, words.at(-1) ?? ''] : [first];
  return chosen
    .map((word) => lettersOf(word)[0] ?? '')
    .join('')
    .toLocaleUpperCase();
}
