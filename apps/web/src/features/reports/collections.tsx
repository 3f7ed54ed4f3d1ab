import { Link } from '@tanstack/react-router';
import { FolderClosed, FolderPlus } from 'lucide-react';
import { useRef, useState, type ReactNode } from 'react';
import { flushSync } from 'react-dom';
import { useTranslation } from '../../i18n/use-translation.tsx';
import type { Outputs } from '../../api/trpc.ts';
import type { LoadProblem } from '../../api/use-problem.ts';
import { ChangeButton } from '../../shared/gate-button.tsx';
import { Button, textAction } from '../../ui/button.tsx';
import { Section } from '../../ui/page.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { useOwnersText } from './owners.tsx';
import { NewCollection } from './title-forms.tsx';

/** The number of collections shown at first, so that the reports below stay in view. */
const shownAtFirst = 6;

/** The maximum number of collections that the server lists. */
const maxListed = 500;

export function Collections(props: {
  readonly all: Outputs['collections']['list'];
  readonly problem: LoadProblem | null;
  readonly mayCreate: boolean;
}): ReactNode {
  const { all, problem, mayCreate } = props;
  const { t } = useTranslation();
  const [isWhole, setWhole] = useState(false);
  const [isCreating, setCreating] = useState(false);
  const createButton = useRef<HTMLButtonElement>(null);
  const closeForm = (): void => {
    flushSync(() => setCreating(false));
    createButton.current?.focus();
  };
  if (problem !== null)
    return (
      <p className="mb-4 text-muted">
        {t('collections.failed.list')}{' '}
        <button type="button" onClick={problem.retry} className={`${textAction} text-ink`}>
          {t('error.retry')}
        </button>
      </p>
    );
  if (all.length === 0 && !mayCreate && !isCreating) return null;
  const shown = isWhole ? all : all.slice(0, shownAtFirst);
  return (
    <div className="mb-6 print:hidden">
      <Section title={t('collections.title')} about={t('collections.purpose')} plain>
        {isCreating && <NewCollection onClose={closeForm} />}
        {shown.length > 0 && (
          <ul className="grid gap-2 sm:grid-cols-2 lg:grid-cols-3">
            {shown.map((collection) => (
              <Folder key={collection.id} {...collection} />
            ))}
          </ul>
        )}
        <div className="mt-2 flex flex-wrap gap-2">
          {mayCreate && !isCreating && (
            <ChangeButton ref={createButton} onClick={() => setCreating(true)} icon={FolderPlus}>
              {t('collections.create')}
            </ChangeButton>
          )}
          {shown.length < all.length && (
            <Button variant="quiet" onClick={() => setWhole(true)}>
              {t('collections.all', { count: all.length })}
            </Button>
          )}
        </div>
        {isWhole && all.length >= maxListed && (
          <p className="mt-2 text-sm text-muted">{t('collections.cut', { count: maxListed })}</p>
        )}
      </Section>
    </div>
  );
}

function Folder(collection: Outputs['collections']['list'][number]): ReactNode {
  const { id, title, owners, reports, createdAt } = collection;
  const { t } = useTranslation();
  const ownersText = useOwnersText();
  return (
    <li className="relative flex min-w-0 items-start gap-3 rounded-card border border-line bg-surface px-4 py-3 hover:bg-sunken/60">
      <FolderClosed aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-muted" />
      <div className="min-w-0 flex-1">
        <Link
          to="/reports/collections/$collectionId"
          params={{ collectionId: id }}
          className="font-medium wrap-anywhere after:absolute after:inset-0 after:rounded-card"
        >
          {title}
        </Link>
        <p className="text-sm wrap-anywhere text-muted">
          {t('collections.count', { count: reports })}
          {` · ${ownersText(owners)} · `}
          <RelativeTime at={createdAt} />
        </p>
      </div>
    </li>
  );
}
