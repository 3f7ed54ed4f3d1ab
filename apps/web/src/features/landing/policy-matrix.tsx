import { Check, Minus } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { grantsOf, holders, permissionsByResource, type Holder } from '../../policy.ts';

/**
 * The policy that this console uses. Pointing at a role, focusing it, or tapping it highlights its permissions and announces
 * their number.
 */
export function PolicyMatrix(): ReactNode {
  const { t } = useTranslation();
  const [lit, light] = useState<Holder | null>(null);
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
                  className={`p-0.5 last:pr-2 sm:p-1 sm:last:pr-3 ${column(lit === holder)}`}
                >
                  <button
                    type="button"
                    aria-pressed={lit === holder}
                    onPointerEnter={() => light(holder)}
                    onPointerLeave={() => light(null)}
                    onFocus={() => light(holder)}
                    onBlur={() => light(null)}
                    onClick={() => light(holder)}
                    className={`min-h-9 w-full rounded-control px-1 text-xs font-semibold sm:px-1.5 sm:text-sm sm:whitespace-nowrap ${lit === holder ? 'text-ink' : 'text-muted'}`}
                  >
                    {nameOf(holder)}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          {permissionsByResource.map((permissions) => (
            <tbody key={permissions[0]} className="border-b border-line last:border-b-0">
              {permissions.map((permission) => {
                const reached = lit !== null && grantsOf[lit].has(permission);
                return (
                  <tr key={permission} className="group">
                    <th
                      scope="row"
                      className={`py-1 pr-2 pl-3 text-left leading-[18px] font-normal transition-colors sm:pl-4 sm:whitespace-nowrap ${lit === null || reached ? 'text-ink' : 'text-muted'}`}
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
                        className={`text-center transition-colors last:pr-2 sm:last:pr-3 ${column(lit === holder)}`}
                      >
                        <Cell allowed={grantsOf[holder].has(permission)} lit={lit === holder} />
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
        {lit === null
          ? t('landing.matrix.hint')
          : t('landing.matrix.lit', { role: nameOf(lit), count: grantsOf[lit].size })}
      </figcaption>
    </figure>
  );
}

const column = (lit: boolean): string => (lit ? 'bg-brass-wash' : '');

function Cell({ allowed, lit }: { readonly allowed: boolean; readonly lit: boolean }): ReactNode {
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
      className={`mx-auto flex size-5 items-center justify-center rounded-full transition-colors ${lit ? 'bg-allowed text-surface' : 'text-allowed'}`}
    >
      <Check aria-hidden="true" strokeWidth={2.5} className="size-3.5" />
      <span className="sr-only">{t('landing.matrix.yes')}</span>
    </span>
  );
}
