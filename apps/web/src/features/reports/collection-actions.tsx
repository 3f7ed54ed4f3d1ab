import { keepPreviousData } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { FilePlus, Trash2 } from 'lucide-react';
import { lazy, useRef, useState, type ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { useFailureNotice } from '../../shared/failure.tsx';
import { GateButton, type GateButtonProps } from '../../shared/gate-button.tsx';
import { Button } from '../../ui/button.tsx';
import { LazyPopup, preload, useLazyPopup } from '../../ui/lazy.tsx';
import { notify } from '../../ui/notice.tsx';
import { SearchCombobox } from '../../ui/search-combobox.tsx';

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

export function RemoveCollection(props: {
  readonly collection: { readonly id: string; readonly title: string };
  readonly gate: GateButtonProps['gate'];
}): ReactNode {
  const { collection, gate } = props;
  const { id, title } = collection;
  const { t } = useTranslation();
  const navigate = useNavigate();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const button = useRef<HTMLButtonElement>(null);
  const dialog = useLazyPopup();
  const remove = trpc.collections.remove.useMutation({
    onSuccess: async () => {
      notify({ tone: 'done', text: t('collections.remove.done', { title }) });
      await navigate({ to: '/reports' });
      await utils.collections.invalidate();
    },
    onError: (error) => notifyFailure(t('collections.wrong.remove'), error),
  });
  return (
    <GateButton gate={gate} label={t('collections.remove.button')} whenDenied="hide">
      <Button
        ref={button}
        variant="quiet"
        onPointerEnter={() => preload(loadDialog)}
        onClick={() => dialog.setOpen(true)}
        icon={Trash2}
      >
        {t('collections.remove.button')}
      </Button>
      {dialog.mounted && (
        <LazyPopup open={dialog.open} onClose={() => dialog.setOpen(false)}>
          <ConfirmDialog
            open={dialog.open}
            labels={{
              title: t('collections.remove.title', { title }),
              why: t('collections.remove.what'),
              confirm: t('collections.remove.submit'),
            }}
            onClose={() => dialog.setOpen(false)}
            onConfirm={() => {
              dialog.setOpen(false);
              remove.mutate({ id });
            }}
            returnFocusTo={button}
          />
        </LazyPopup>
      )}
    </GateButton>
  );
}
