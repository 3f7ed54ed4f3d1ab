import { keepPreviousData } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { FilePlus, Pencil } from 'lucide-react';
import { lazy, useState, type ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { useFailureNotice } from '../../shared/failure.tsx';
import { ChangeButton } from '../../shared/gate-button.tsx';
import type { Rename } from '../../shared/title-form.tsx';
import { LazyPopup, useLazyPopup } from '../../ui/lazy.tsx';
import { notify } from '../../ui/notice.tsx';
import { SearchCombobox } from '../../ui/search-combobox.tsx';
import { MoreActions } from './more-actions.tsx';

export function AddReport(props: {
  readonly id: string;
  readonly onAdd: (report: { readonly id: string; readonly title: string }) => void;
}): ReactNode {
  const { id, onAdd } = props;
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const [search, setSearch] = useState('');
  const { data } = trpc.collections.addable.useQuery(
    { id, search },
    { enabled: isOpen, placeholderData: keepPreviousData },
  );
  return (
    <SearchCombobox
      value={null}
      onChange={({ key, name }) => onAdd({ id: key, title: name })}
      found={data?.map((report) => ({ key: report.id, name: report.title })) ?? []}
      onOpenChange={setOpen}
      onSearch={setSearch}
      labels={{
        trigger: t('collections.add.open'),
        list: t('collections.add.label'),
        search: t('reports.searchHint'),
      }}
      trigger={
        <>
          <FilePlus aria-hidden="true" className="size-4 text-muted" />
          {t('collections.add.open')}
        </>
      }
      triggerClass="pl-3"
      popupClass="w-80"
      nothing={data?.length === 0 ? t('collections.add.none') : null}
    >
      {({ name }) => <span className="truncate">{name}</span>}
    </SearchCombobox>
  );
}

const loadDialog = () => import('../../ui/confirm-dialog.tsx');
const ConfirmDialog = lazy(loadDialog);
const loadMenu = () => import('./collection-menu.tsx');
const CollectionMenu = lazy(loadMenu);

export function MoreCollectionActions(props: {
  readonly collection: { readonly id: string; readonly title: string };
  readonly canRename: boolean;
  readonly canRemove: boolean;
  readonly rename: Rename;
}): ReactNode {
  const { collection, canRename, canRemove, rename } = props;
  const { id, title } = collection;
  const { isOpen, toggle, button } = rename;
  const { t } = useTranslation();
  const navigate = useNavigate();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const { popup, setOpen } = useLazyPopup();
  const remove = trpc.collections.remove.useMutation({
    onSuccess: async () => {
      notify({ tone: 'done', text: t('collections.remove.done', { title }) });
      await navigate({ to: '/reports' });
      await utils.collections.invalidate();
    },
    onError: (error) => notifyFailure(t('collections.wrong.remove'), error),
  });
  if (!canRemove)
    return (
      canRename && (
        <ChangeButton ref={button} variant="quiet" aria-expanded={isOpen} onClick={toggle} icon={Pencil}>
          {t('reports.rename.open')}
        </ChangeButton>
      )
    );
  return (
    <>
      <MoreActions button={button} load={loadMenu}>
        {(menu) => (
          <CollectionMenu canRename={canRename} rename={rename} onRemove={() => setOpen(true)} {...menu} />
        )}
      </MoreActions>
      <LazyPopup popup={popup}>
        {(shown) => (
          <ConfirmDialog
            {...shown}
            labels={{
              title: t('collections.remove.title', { title }),
              why: t('collections.remove.what'),
              confirm: t('collections.remove.submit'),
            }}
            onConfirm={() => {
              setOpen(false);
              remove.mutate({ id });
            }}
            returnFocusTo={button}
          />
        )}
      </LazyPopup>
    </>
  );
}
