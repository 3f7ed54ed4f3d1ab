import { getRouteApi } from '@tanstack/react-router';
import { Pencil } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { BackLink } from '../../shared/not-found.tsx';
import { ChangeButton } from '../../shared/change-button.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Person } from '../../shared/person.tsx';
import { Problem } from '../../shared/problem.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { useRename, TitleForm } from '../../ui/title-form.tsx';
import { useGate } from '../../api/permissions.ts';
import { ShareButton } from '../../shared/sharing/share-button.tsx';
import { CollectionReports } from './collection-reports.tsx';
import { RemoveCollection } from './remove-collection.tsx';
import { useFailureNotice } from '../../shared/failure-notice.ts';
import type { OpenCollection } from './use-change-reports.ts';

const route = getRouteApi('/console/collections/$collectionId');

/** A collection: its reports, and the users with access to it. */
export function CollectionPage(): ReactNode {
  const { t } = useTranslation();
  const { collectionId: id } = route.useParams();
  const query = trpc.collections.get.useQuery({ id });
  const problem = useProblem(query);
  const share = useGate(trpc.collections.access, { id });
  const rename = useGate(trpc.collections.rename, { id });
  const remove = useGate(trpc.collections.remove, { id });
  const gates = [share, rename, remove];
  const { isOpen: isRenaming, toggle, close, button } = useRename();
  const collection = query.data;
  // A reader has no row of actions. While that is loading, nothing is shown that it would shift.
  if (collection !== undefined && gates.some(({ state }) => state === 'unknown')) return <Waiting />;
  if (collection === undefined) {
    if (problem === null) return <Waiting />;
    return (
      <Problem
        problem={problem}
        title={t('collections.failed.one')}
        missing={{
          title: t('collections.missing'),
          why: t('notFound.gone'),
          back: <BackLink to="collections" />,
        }}
      />
    );
  }
  return (
    <article>
      <PageHeader
        title={collection.title}
        purpose={
          <span className="inline-flex max-w-full min-w-0 items-center gap-1.5 pt-1">
            <span className="shrink-0">{t('collections.by')}</span> <Person person={collection.owner} />
          </span>
        }
        actionsBelow
        actions={
          gates.some(({ state }) => state === 'allowed') ? (
            <>
              <ShareButton on={{ resource: 'collections', id, isDraft: false }} />
              {rename.state === 'allowed' && (
                <ChangeButton
                  ref={button}
                  variant="quiet"
                  aria-expanded={isRenaming}
                  onClick={toggle}
                  icon={Pencil}
                >
                  {t('collections.rename')}
                </ChangeButton>
              )}
              <RemoveCollection collection={collection} gate={remove} />
            </>
          ) : undefined
        }
      />
      {isRenaming && <RenameCollection collection={collection} onClose={close} />}
      <CollectionReports collection={collection} />
    </article>
  );
}

function Waiting(): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <h1 className="sr-only">{t('pending')}</h1>
      <span className="skeleton block h-9 w-[min(24rem,80%)]" />
      <span className="skeleton mt-2 mb-6 block h-6 w-48" />
      <RowsSkeleton />
    </>
  );
}

/** Above the reports of a collection, for users who can edit it. */
function RenameCollection(props: {
  readonly collection: OpenCollection;
  readonly onClose: () => void;
}): ReactNode {
  const { collection, onClose } = props;
  const { id } = collection;
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const [title, setTitle] = useState(collection.title);
  const rename = trpc.collections.rename.useMutation({
    onSuccess: async () => {
      await Promise.all([utils.collections.get.invalidate({ id }), utils.collections.list.invalidate()]);
      onClose();
    },
    onError: (error) => notifyFailure(t('collections.wrong.rename'), error),
  });
  return (
    <TitleForm
      labels={{
        form: t('collections.rename'),
        title: t('collections.form.title'),
        hint: t('collections.form.hint'),
        missing: t('collections.form.missing'),
        submit: t('collections.form.rename'),
        cancel: t('collections.form.cancel'),
      }}
      title={title}
      onChange={setTitle}
      isPending={rename.isPending}
      onSubmit={(given) => (given === collection.title ? onClose() : rename.mutate({ id, title: given }))}
      onClose={onClose}
    />
  );
}
