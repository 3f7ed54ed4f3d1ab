import { Link, useNavigate } from '@tanstack/react-router';
import { FolderClosed, Plus } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { ChangeButton } from '../../shared/change-button.tsx';
import { EmptyState } from '../../ui/state-panel.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Person } from '../../shared/person.tsx';
import { Problem } from '../../shared/problem.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { cell, Row, rowLink, RowTable, stateCell, wideCell } from '../../ui/row-table.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { useGate, useInvalidateGates } from '../../api/permissions.ts';
import { useFailureNotice } from '../../shared/failure-notice.ts';
import { useTypedText } from '../../shared/use-typed-text.ts';
import { TitleForm } from '../../ui/title-form.tsx';

/** The collections that the user can view. */
export function CollectionsPage(): ReactNode {
  const { t } = useTranslation();
  const query = trpc.collections.list.useQuery();
  const problem = useProblem(query);
  const mayCreate = useGate(trpc.collections.create, undefined).state === 'allowed';
  const [isCreating, setCreating] = useState(false);
  if (problem !== null) {
    return <Problem problem={problem} title={t('collections.failed.list')} />;
  }
  const { data } = query;
  return (
    <>
      <PageHeader
        title={t('collections.title')}
        purpose={t('collections.purpose')}
        actions={
          mayCreate && !isCreating ? (
            <ChangeButton variant="primary" onClick={() => setCreating(true)} icon={Plus}>
              {t('collections.create')}
            </ChangeButton>
          ) : undefined
        }
      />
      {isCreating && <NewCollection onClose={() => setCreating(false)} />}
      {data === undefined ? (
        <RowsSkeleton />
      ) : data.length === 0 ? (
        <EmptyState
          icon={FolderClosed}
          title={t('collections.empty')}
          how={t(mayCreate ? 'collections.emptyHow' : 'collections.emptyReader')}
        />
      ) : (
        <Rows collections={data} />
      )}
    </>
  );
}

interface Listed {
  readonly id: string;
  readonly title: string;
  readonly owner: { readonly key: string; readonly name: string | null; readonly isMachine: boolean };
  readonly createdAt: string;
  readonly reports: number;
}

function Rows({ collections }: { readonly collections: readonly Listed[] }): ReactNode {
  const { t } = useTranslation();
  const columns = [
    { label: t('collections.column.title') },
    { label: t('collections.column.owner'), className: 'w-56' },
    { label: t('collections.column.reports'), className: 'w-36 text-right' },
    { label: t('collections.column.created'), className: 'w-40 text-right' },
  ];
  return (
    <RowTable caption={t('collections.title')} columns={columns}>
      {collections.map(({ id, title, owner, reports, createdAt }) => (
        <Row key={id}>
          <td className={cell}>
            <Link to="/collections/$collectionId" params={{ collectionId: id }} className={rowLink}>
              {title}
            </Link>
            <p className="text-sm text-muted md:hidden print:hidden">
              {owner.name !== null && `${owner.name} · `}
              <RelativeTime at={createdAt} />
            </p>
          </td>
          <td className={`${wideCell} max-w-56`}>
            <Person person={owner} />
          </td>
          <td className={`${stateCell} text-right whitespace-nowrap text-muted`}>
            {t('collections.count', { count: reports })}
          </td>
          <td className={`${wideCell} text-right text-muted`}>
            <RelativeTime at={createdAt} />
          </td>
        </Row>
      ))}
    </RowTable>
  );
}

/** Above the list. */
function NewCollection({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const utils = trpc.useUtils();
  const invalidateGates = useInvalidateGates();
  const notifyFailure = useFailureNotice();
  const [title, setTitle] = useTypedText('collection-title');
  const create = trpc.collections.create.useMutation({
    onSuccess: async ({ id: collectionId }) => {
      setTitle('');
      invalidateGates();
      await utils.collections.list.invalidate();
      await navigate({ to: '/collections/$collectionId', params: { collectionId } });
    },
    onError: (error) => notifyFailure(t('collections.form.failed'), error),
  });
  return (
    <TitleForm
      labels={{
        form: t('collections.create'),
        title: t('collections.form.title'),
        hint: t('collections.form.hint'),
        missing: t('collections.form.missing'),
        submit: t('collections.form.submit'),
        cancel: t('collections.form.cancel'),
      }}
      title={title}
      onChange={setTitle}
      isPending={create.isPending}
      onSubmit={(given) => create.mutate({ title: given })}
      onClose={onClose}
    />
  );
}
