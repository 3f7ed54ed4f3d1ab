import { Autocomplete } from '@base-ui/react/autocomplete';
import { CloudAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { textAction } from '../../components/button.tsx';
import type { Commands } from './use-commands.ts';

/** Below the list: the number of results, or why some are missing. Announced by screen readers. */
export function PaletteStatus(props: { readonly typed: string; readonly commands: Commands }): ReactNode {
  const { typed, commands } = props;
  const { t } = useTranslation();
  const { count, isSearching, hasFailed, isUnchecked, retry } = commands;
  const isEmpty = count === 0 && !isSearching && !hasFailed;
  return (
    <>
      {isEmpty && (
        <div aria-hidden="true" className="px-4 py-8 text-center">
          <p className="font-medium break-words">{t('palette.nothing', { text: typed })}</p>
          <p className="mt-1 text-sm text-muted">{t('palette.nothingHow')}</p>
        </div>
      )}
      {(hasFailed || isUnchecked) && (
        <p className="flex items-start gap-2 border-t border-line px-4 py-2.5 text-sm text-unknown">
          <CloudAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
          <span>
            {t(hasFailed ? 'palette.failed' : 'palette.unchecked')}{' '}
            {hasFailed && (
              <button type="button" onClick={retry} className={`${textAction} text-ink`}>
                {t('palette.retry')}
              </button>
            )}
          </span>
        </p>
      )}
      <div className="flex min-h-9 items-center justify-between gap-4 border-t border-line px-4 text-xs text-muted">
        <Autocomplete.Status>
          {isSearching
            ? t('palette.searching')
            : isEmpty
              ? t('palette.nothing', { text: typed })
              : t('palette.found', { count })}
        </Autocomplete.Status>
        <ul aria-hidden="true" className="hidden gap-3 pointer-fine:flex">
          <li>↑↓ {t('palette.keys.move')}</li>
          <li>↵ {t('palette.keys.open')}</li>
          <li>Esc {t('palette.keys.close')}</li>
        </ul>
      </div>
    </>
  );
}
