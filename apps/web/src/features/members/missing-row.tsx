import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { cell, row } from './row-layout.ts';

/** Replaces a row that is loading or could not be loaded. */
export function MissingRow(props: { readonly index: number; readonly hasFailed: boolean }): ReactNode {
  const { index, hasFailed } = props;
  const { t } = useTranslation();
  return (
    <tr data-index={index} aria-rowindex={index + 2} aria-busy={!hasFailed} tabIndex={-1} className={row}>
      {hasFailed ? (
        <td className={`${cell} text-muted`}>{t('members.notLoaded')}</td>
      ) : (
        // oxlint-disable-next-line jsx-a11y/control-has-associated-label -- its row has aria-busy
        <td className={cell}>
          <span className="skeleton block h-4 w-48" />
          <span className="skeleton mt-2 block h-3 w-32" />
        </td>
      )}
    </tr>
  );
}
