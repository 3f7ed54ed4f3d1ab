import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { GrantMark } from './grant-mark.tsx';

/** The legend of the marks. */
export function GrantLegend({ isDrafting }: { readonly isDrafting: boolean }): ReactNode {
  const { t } = useTranslation();
  const looks = isDrafting
    ? (['own', 'inherited', 'none', 'added', 'taken'] as const)
    : (['own', 'inherited', 'none'] as const);
  return (
    <ul aria-hidden="true" className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-sm text-muted">
      {looks.map((look) => (
        <li key={look} className="inline-flex items-center gap-1.5">
          <GrantMark look={look} />
          {t(`policy.grant.${look}`)}
        </li>
      ))}
    </ul>
  );
}
