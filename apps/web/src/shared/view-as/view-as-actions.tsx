import { Menu } from '@base-ui/react/menu';
import { Eye } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Button } from '../../ui/button.tsx';
import { useStartView, type Target } from './use-start-view.ts';

/** Starts a view as another user or role. Hidden from users without the permission, and within a view. */
export function ViewAsButton({ target }: { readonly target: Target }): ReactNode {
  const { t } = useTranslation();
  const view = useStartView();
  if (view === null) return null;
  return (
    <div className="mt-3">
      <Button className="w-full" disabled={view.isPending} onClick={() => view.start(target)} icon={Eye}>
        {t(target.kind === 'person' ? 'viewAs.asPerson' : 'viewAs.asRole')}
      </Button>
      {target.kind === 'person' && <p className="mt-1 text-xs text-muted">{t('viewAs.told')}</p>}
    </div>
  );
}

export function ViewAsMenuItem({ subject }: { readonly subject: string }): ReactNode {
  const { t } = useTranslation();
  const view = useStartView();
  if (view === null) return null;
  return (
    <>
      <Menu.Separator className="mx-2.5 my-1 h-px bg-line forced-colors:bg-[CanvasText]" />
      <Menu.Item
        disabled={view.isPending}
        onClick={() => view.start({ kind: 'person', subject })}
        className="flex min-h-14 cursor-default items-start gap-2.5 rounded-control px-2.5 py-2 outline-none select-none data-highlighted:bg-sunken"
      >
        <Eye aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-muted" />
        <span className="min-w-0 flex-1">
          <span className="block font-medium">{t('viewAs.asPerson')}</span>
          <span className="block text-sm text-muted">{t('viewAs.told')}</span>
        </span>
      </Menu.Item>
    </>
  );
}
