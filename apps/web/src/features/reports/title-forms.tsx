import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useGate, useInvalidateGates } from '../../api/permissions.ts';
import { trpc } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import type { SharedResource } from '../../policy.ts';
import { useFailureNotice } from '../../shared/failure.tsx';
import { TitleForm } from '../../shared/title-form.tsx';
import { useTypedText } from '../../shared/use-typed-text.ts';

export function NewCollection({ onClose }: { readonly onClose: () => void }): ReactNode {
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
      await navigate({ to: '/reports/collections/$collectionId', params: { collectionId } });
    },
    onError: (error) => notifyFailure(t('collections.form.failed'), error),
  });
  return (
    <TitleForm
      gate={useGate(trpc.collections.create, undefined)}
      labels={{
        ...useLabels('collections'),
        form: t('collections.create'),
        submit: t('collections.form.submit'),
      }}
      title={title}
      onChange={setTitle}
      isPending={create.isPending}
      onSubmit={(given) => create.mutate({ title: given })}
      onClose={onClose}
    />
  );
}

/** Renames a report or a collection. */
export function RenameForm(props: {
  readonly resource: SharedResource;
  readonly item: { readonly id: string; readonly title: string };
  readonly onClose: () => void;
}): ReactNode {
  const { resource, item } = props;
  const { id } = item;
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const [title, setTitle] = useTypedText(`title:${id}`, item.title);
  const close = (): void => {
    setTitle('');
    props.onClose();
  };
  const rename = trpc[resource].rename.useMutation({
    onSuccess: async () => {
      await Promise.all([utils.reports.invalidate(), utils.collections.invalidate()]);
      close();
    },
    onError: (error) => notifyFailure(t(`reports.rename.failed.${resource}`), error),
  });
  return (
    <TitleForm
      gate={useGate(trpc[resource].rename, { id })}
      labels={{ ...useLabels(resource), form: t('reports.rename.open'), submit: t('reports.rename.submit') }}
      title={title}
      onChange={setTitle}
      isPending={rename.isPending}
      onSubmit={(given) => (given === item.title ? close() : rename.mutate({ id, title: given }))}
      onClose={close}
    />
  );
}

function useLabels(resource: SharedResource) {
  const { t } = useTranslation();
  return resource === 'reports'
    ? { title: t('report.form.name'), hint: t('report.form.nameHint'), missing: t('report.form.nameMissing') }
    : {
        title: t('collections.form.title'),
        hint: t('collections.form.hint'),
        missing: t('collections.form.missing'),
      };
}
