import { useState, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { useGate } from '../../api/permissions.ts';
import { trpc } from '../../api/trpc.ts';
import { useFailureNotice } from '../../shared/failure.tsx';
import { TitleForm } from '../../shared/title-form.tsx';

/** Above the report's content, for users who can edit it. Loaded when first opened, hence the default export. */
export default function RenameReport(props: {
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
