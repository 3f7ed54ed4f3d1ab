import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useGate, useInvalidateGates } from '../../api/permissions.ts';
import { trpc } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
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
      labels={{ ...useLabels(), form: t('collections.create'), submit: t('collections.form.submit') }}
      title={title}
      onChange={setTitle}
      isPending={create.isPending}
      onSubmit={(given) => create.mutate({ title: given })}
      onClose={onClose}
    />
  );
}

export function RenameCollection(props: {
  readonly collection: { readonly id: string; readonly title: string };
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
      gate={useGate(trpc.collections.rename, { id })}
      labels={{ ...useLabels(), form: t('collections.rename'), submit: t('collections.form.rename') }}
      title={title}
      onChange={setTitle}
      isPending={rename.isPending}
      onSubmit={(given) => (given === collection.title ? onClose() : rename.mutate({ id, title: given }))}
      onClose={onClose}
    />
  );
}

function useLabels() {
  const { t } = useTranslation();
  return {
    title: t('collections.form.title'),
    hint: t('collections.form.hint'),
    missing: t('collections.form.missing'),
  };
}

export function RenameReport(props: {
  readonly report: { readonly id: string; readonly title: string };
  readonly onClose: () => void;
}): ReactNode {
  const { report, onClose } = props;
  const { id } = report;
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const [title, setTitle] = useState(report.title);
  const rename = trpc.reports.rename.useMutation({
    onSuccess: async () => {
      await Promise.all([utils.reports.invalidate(), utils.collections.invalidate()]);
      onClose();
    },
    onError: (error) => notifyFailure(t('report.rename.failed'), error),
  });
  return (
    <TitleForm
      gate={useGate(trpc.reports.rename, { id })}
      labels={{
        form: t('report.rename.open'),
        title: t('report.form.name'),
        hint: t('report.form.nameHint'),
        missing: t('report.form.nameMissing'),
        submit: t('report.rename.submit'),
      }}
      title={title}
      onChange={setTitle}
      isPending={rename.isPending}
      onSubmit={(given) => (given === report.title ? onClose() : rename.mutate({ id, title: given }))}
      onClose={onClose}
    />
  );
}
