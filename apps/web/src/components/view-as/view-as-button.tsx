import { Eye } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Button } from '../button.tsx';
import { useStartView, type Target } from './use-start-view.ts';

/**
 * Shows the console as another user. Hidden without permission, and within a view. Loaded by `ViewAs`, hence the
 * default export.
 */
export default function ViewAsButton({ target }: { readonly target: Target }): ReactNode {
  const { t } = useTranslation();
  const view = useStartView();
  if (view === null) return null;
  return (
    <div className="mt-3">
      <Button className="w-full" disabled={view.isPending} onClick={() => view.start(target)}>
        <Eye aria-hidden="true" className="size-4" />
        {t(target.kind === 'person' ? 'viewAs.asPerson' : 'viewAs.asRole')}
      </Button>
      {target.kind === 'person' && <p className="mt-1 text-xs text-muted">{t('viewAs.told')}</p>}
    </div>
  );
}
