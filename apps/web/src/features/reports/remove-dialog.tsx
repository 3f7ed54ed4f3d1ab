import { useId, useState, type ReactNode, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import ConfirmDialog from '../../components/confirm-dialog.tsx';

/** Says what is deleted, and asks for the title: it cannot be undone. Loaded when first opened, hence the default export. */
export default function RemoveDialog(props: {
  readonly open: boolean;
  readonly report: { readonly title: string; readonly people: number };
  readonly removing: boolean;
  readonly onClose: () => void;
  readonly onRemove: () => void;
  readonly returnFocusTo: RefObject<HTMLElement | null>;
}): ReactNode {
  const { open, report, removing, onClose, onRemove, returnFocusTo } = props;
  const { title, people } = report;
  const { t } = useTranslation();
  const id = useId();
  const [typed, setTyped] = useState('');
  const confirmed = typed.trim() === title.trim();
  return (
    <ConfirmDialog
      open={open}
      words={{
        title: t('reports.remove.title', { title }),
        why: t('reports.remove.what', { count: people }),
        confirm: t('reports.remove.submit'),
        cancel: t('reports.remove.cancel'),
      }}
      isDisabled={!confirmed || removing}
      onClose={onClose}
      onClosed={() => setTyped('')}
      onConfirm={onRemove}
      returnFocusTo={returnFocusTo}
    >
      <div className="mt-5">
        <label htmlFor={id} className="font-medium">
          {t('reports.remove.confirm')}
        </label>
        <p className="mt-0.5 break-words text-muted">{title}</p>
        <input
          id={id}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          autoComplete="off"
          className="mt-2 block h-10 w-full pointer-coarse:h-11 rounded-control border border-line-strong bg-surface px-3"
        />
      </div>
    </ConfirmDialog>
  );
}
