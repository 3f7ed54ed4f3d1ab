import { Link } from '@tanstack/react-router';
import type { Translate } from '../../i18n/translate.ts';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Copyable, shortId, CopyButton } from '../../ui/copyable.tsx';
import { textAction } from '../../ui/button.tsx';

/** Splits `user:dy6ffbz3ca5d` into the name of its kind and its id. The id of `directory` is empty. */
function read(subject: string, t: Translate): { readonly label: string; readonly id: string } {
  const [kind = '', ...rest] = subject.split(':');
  const known = kind === 'user' || kind === 'organization' || kind === 'directory';
  return { label: known ? t(`sync.kind.${kind}`) : t('sync.kind.other'), id: rest.join(':') };
}

/** Subjects to show initially; a delivery may have two hundred. */
const shown = 5;

interface SubjectNamesProps {
  readonly subjects: readonly string[];
  /** By subject; only users with a known name. */
  readonly names: Readonly<Record<string, string>>;
}

export function SubjectNames({ subjects, names }: SubjectNamesProps): ReactNode {
  const { t } = useTranslation();
  const more = subjects.slice(shown);
  return (
    <>
      {subjects.slice(0, shown).map((subject) => (
        <SubjectName key={subject} subject={subject} name={names[subject]} />
      ))}
      {more.length > 0 && (
        <details>
          <summary className={textAction}>{t('sync.moreSubjects', { count: more.length })}</summary>
          <div className="mt-2 flex flex-col gap-2">
            {more.map((subject) => (
              <SubjectName key={subject} subject={subject} name={names[subject]} />
            ))}
          </div>
        </details>
      )}
    </>
  );
}

function SubjectName(props: { readonly subject: string; readonly name: string | undefined }): ReactNode {
  const { subject, name } = props;
  const { t } = useTranslation();
  const { label, id } = read(subject, t);
  if (id === '') return <span className="font-medium">{label}</span>;
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
      <Copyable label={name ?? label} text={id} />
      <Link to="/sync" search={{ subject }} className={`${textAction} inline-block text-muted`}>
        {t('sync.sameSubject')}
      </Link>
    </span>
  );
}

/** The first subject of a delivery, and the number of the others: "Amelia Hart and 11 more", "User …fbz3ca and 11 more". */
export function SubjectsInShort(props: SubjectNamesProps & { readonly count: number }): ReactNode {
  const { subjects, names, count } = props;
  const { t } = useTranslation();
  const [first] = subjects;
  if (first === undefined) return null;
  const { label, id } = read(first, t);
  return (
    <span className="wrap-anywhere" title={subjects.join('\n')}>
      {names[first] ?? (
        <>
          {label} <code className="font-mono text-xs">{shortId(id)}</code>
        </>
      )}
      {count > 1 && ` ${t('sync.moreSubjects', { count: count - 1 })}`}
    </span>
  );
}

/** A name with its id to copy; without a name the end of the id. The full id is in the tooltip. */
export function NamedId({ id, name }: { readonly id: string; readonly name: string | undefined }): ReactNode {
  return (
    <span className="inline-flex max-w-full min-w-0 items-center gap-1" title={id}>
      {name === undefined ? (
        <code className="font-mono text-xs whitespace-nowrap text-muted">{shortId(id)}</code>
      ) : (
        <span className="min-w-0 wrap-anywhere">{name}</span>
      )}
      <CopyButton label={name ?? id} text={id} />
    </span>
  );
}
