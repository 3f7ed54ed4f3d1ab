import { useTranslation } from '../../i18n/use-translation.tsx';
import * as v from 'valibot';
import { isRole } from '../../policy.ts';
import type { AuditEvent, EventNames } from './audit-types.ts';

const InView = v.object({
  viewAs: v.union([v.object({ subject: v.string() }), v.object({ role: v.string() })]),
});

/** The user whose view a decision was made in, as part of a sentence; `null` outside of a view. */
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

/** The key of the user for whom an actor acted by a token exchange; `null` without an actor. */
export function actedFor({ detail }: Pick<AuditEvent, 'detail'>): string | null {
  const found = v.safeParse(ForAnother, detail);
  return found.success ? found.output.actsFor.subject : null;
}
