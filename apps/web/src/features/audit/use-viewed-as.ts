import { useTranslation } from '../../i18n/use-translation.tsx';
import * as v from 'valibot';
import { isRole } from '../../policy.ts';
import type { AuditEvent, EventNames } from './audit-types.ts';

const InView = v.object({
  viewAs: v.union([v.object({ subject: v.string() }), v.object({ role: v.string() })]),
});

/** As whom a decision was asked for in a view of the console, within a sentence; `null` outside of one. */
export function useViewedAs(): (event: Pick<AuditEvent, 'detail'>, names: EventNames) => string | null {
  const { t } = useTranslation();
  return ({ detail }, { people }) => {
    const inView = v.safeParse(InView, detail);
    if (!inView.success) return null;
    const { viewAs } = inView.output;
    if ('role' in viewAs)
      return t('audit.viewingAsRole', { role: isRole(viewAs.role) ? t(`role.${viewAs.role}`) : viewAs.role });
    return t('audit.viewingAs', { name: people.get(viewAs.subject)?.name ?? viewAs.subject });
  };
}

const ForAnother = v.object({ actsFor: v.object({ subject: v.string() }) });

/** The key of the person for whom somebody acted by a token exchange; `null` for nobody. */
export function actedFor({ detail }: Pick<AuditEvent, 'detail'>): string | null {
  const found = v.safeParse(ForAnother, detail);
  return found.success ? found.output.actsFor.subject : null;
}
