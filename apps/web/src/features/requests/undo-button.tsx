import { Undo2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Button } from '../../components/button.tsx';
import type { Decide } from './use-decide.ts';

/** Beside a decision that was just made here, for a few seconds. */
export function UndoButton(props: {
  readonly decide: Decide;
  /** For screen readers: the requester. */
  readonly describedBy: string;
}): ReactNode {
  const { decide, describedBy } = props;
  const { t } = useTranslation();
  if (decide.undo === null) return null;
  return (
    <Button
      variant="quiet"
      className="h-8! pointer-coarse:h-11!"
      aria-keyshortcuts="u"
      aria-describedby={describedBy}
      onClick={decide.undo}
    >
      <Undo2 aria-hidden="true" className="size-4" />
      {t('requests.undo')}
    </Button>
  );
}
