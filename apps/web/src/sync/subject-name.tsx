import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Copyable } from '../pieces/copyable.tsx';

/** `user:dy6ffbz3ca5d`: what it is, the id to copy, and the way to everything that came about it. */
export function SubjectName({ subject }: { readonly subject: string }): ReactNode {
  const { t } = useTranslation();
  if (subject === 'directory') return <span className="font-medium">{t('sync.kind.directory')}</span>;
  const [kind = '', ...rest] = subject.split(':');
  const label = kind === 'user' || kind === 'organization' ? t(`sync.kind.${kind}`) : t('sync.kind.other');
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
      <Copyable label={label} text={rest.join(':')} />
      <Link to="/sync" search={{ subject }} className="text-sm text-muted underline underline-offset-4">
        {t('sync.sameSubject')}
      </Link>
    </span>
  );
}
