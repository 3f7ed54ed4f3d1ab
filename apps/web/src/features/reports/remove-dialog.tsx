import { AlertDialog } from '@base-ui/react/alert-dialog';
import { useId, useState, type FormEvent, type ReactNode, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, buttonClass } from '../../components/button.tsx';
import { backdropClass } from '../../components/backdrop.ts';

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
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (confirmed && !removing) onRemove();
  };
  return (
    <AlertDialog.Root
      open={open}
      onOpenChange={(next) => !next && onClose()}
      onOpenChangeComplete={(next) => !next && setTyped('')}
    >
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={backdropClass} />
        <AlertDialog.Popup
          finalFocus={returnFocusTo}
          className="fixed top-1/2 left-1/2 z-20 w-[min(28rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 rounded-card border border-line bg-surface p-6 shadow-float transition-[opacity,scale] data-ending-style:opacity-0 data-starting-style:scale-98 data-starting-style:opacity-0"
        >
          <AlertDialog.Title className="text-lg font-semibold break-words">
            {t('reports.remove.title', { title })}
          </AlertDialog.Title>
          <AlertDialog.Description className="mt-2 text-muted">
            {t('reports.remove.what', { count: people })}
          </AlertDialog.Description>
          <form onSubmit={submit} className="mt-5">
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
            <div className="mt-6 flex flex-wrap justify-end gap-2">
              <AlertDialog.Close className={buttonClass('quiet')}>
                {t('reports.remove.cancel')}
              </AlertDialog.Close>
              <Button type="submit" variant="danger" disabled={!confirmed || removing}>
                {t('reports.remove.submit')}
              </Button>
            </div>
          </form>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
