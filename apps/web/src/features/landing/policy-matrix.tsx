import { Check, Minus } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { grantsOf, groupByResource, holders, shownPermissions, type Holder } from '../../policy.ts';

/**
 * The policy of this console. Hovering, focusing or tapping a role highlights its permissions and announces their
 * number.
 */
export function PolicyMatrix(): ReactNode {
  const { t } = useTranslation();
  const [highlighted, setHighlighted] = useState<Holder | null>(null);
  const nameOf = (holder: Holder): string =>
    holder === 'owner' ? t('landing.matrix.owner') : t(`role.${holder}`);
  return (
    <figure className="min-w-0 rounded-card border border-line bg-surface">
      <div className="overflow-x-auto">
        <table className="w-full border-collapse text-sm">
          <caption className="sr-only">{t('landing.matrix.caption')}</caption>
          <thead>
            <tr className="border-b border-line">
              <th scope="col" className="py-1 pl-3 text-left font-medium text-muted sm:pl-4">
                {t('landing.matrix.permission')}
              </th>
              {holders.map((holder) => (
                <th
                  key={holder}
                  scope="col"
                  aria-label={nameOf(holder)}
                  className={`p-0.5 last:pr-2 sm:p-1 sm:last:pr-3 ${column(highlighted === holder)}`}
                >
                  <button
                    type="button"
                    aria-pressed={highlighted === holder}
                    onPointerEnter={() => setHighlighted(holder)}
                    onPointerLeave={() => setHighlighted(null)}
                    onFocus={() => setHighlighted(holder)}
                    onBlur={() => setHighlighted(null)}
                    onClick={() => setHighlighted(holder)}
                    className={`min-h-9 w-full rounded-control px-1 text-xs font-semibold sm:px-1.5 sm:text-sm sm:whitespace-nowrap ${highlighted === holder ? 'text-ink' : 'text-muted'}`}
                  >
                    <span className="sm:hidden">{t(`landing.matrix.short.${holder}`)}</span>
                    <span className="hidden sm:inline">{nameOf(holder)}</span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          {groupByResource(shownPermissions).map(({ resource, permissions }) => (
            <tbody key={resource} className="border-b border-line last:border-b-0">
              {permissions.map((permission) => {
                const granted = highlighted !== null && grantsOf[highlighted].has(permission);
                return (
                  <tr key={permission} className="group">
                    <th
                      scope="row"
                      className={`py-1 pr-2 pl-3 text-left leading-[18px] font-normal transition-colors sm:pl-4 sm:whitespace-nowrap ${highlighted === null || granted ? 'text-ink' : 'text-muted'}`}
                    >
                      <span className="inline-flex items-center gap-2">
                        {t(`permission.${permission}`)}
                        <code className="hidden font-mono text-xs text-muted min-[1400px]:inline">
                          {permission}
                        </code>
                      </span>
                    </th>
                    {holders.map((holder) => (
                      <td
                        key={holder}
                        className={`text-center transition-colors last:pr-2 sm:last:pr-3 ${column(highlighted === holder)}`}
                      >
                        <Cell
                          allowed={grantsOf[holder].has(permission)}
                          highlighted={highlighted === holder}
                        />
                      </td>
                    ))}
                  </tr>
                );
              })}
            </tbody>
          ))}
        </table>
      </div>
      <figcaption aria-live="polite" className="border-t border-line px-4 py-2.5 text-sm text-muted">
        {highlighted === null
          ? t('landing.matrix.hint')
          : t('landing.matrix.highlighted', { role: nameOf(highlighted), count: grantsOf[highlighted].size })}
      </figcaption>
    </figure>
  );
}

const column = (highlighted: boolean): string => (highlighted ? 'bg-brass-wash' : '');

function Cell({
  allowed,
  highlighted,
}: {
  readonly allowed: boolean;
  readonly highlighted: boolean;
}): ReactNode {
  const { t } = useTranslation();
  if (!allowed) {
    return (
      <>
        <Minus aria-hidden="true" className="mx-auto size-3.5 text-line-strong opacity-50" />
        <span className="sr-only">{t('landing.matrix.no')}</span>
      </>
    );
  }
  return (
    <span
      className={`mx-auto flex size-5 items-center justify-center rounded-full transition-colors ${highlighted ? 'bg-allowed text-surface' : 'text-allowed'}`}
    >
      <Check aria-hidden="true" strokeWidth={2.5} className="size-3.5" />
      <span className="sr-only">{t('landing.matrix.yes')}</span>
    </span>
  );
}
