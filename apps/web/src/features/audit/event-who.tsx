import { Server } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Person } from '../../components/person.tsx';
import type { AuditEvent, EventNames } from './audit-types.ts';

/** The actor of an event: a user, a machine, or the server itself. */
export function EventWho(props: { readonly event: AuditEvent; readonly names: EventNames }): ReactNode {
  const { event, names } = props;
  const { t } = useTranslation();
  if (event.actor === null) {
    return (
      <span className="inline-flex items-center gap-2">
        <span
          aria-hidden="true"
          className="inline-flex size-6 items-center justify-center rounded-control border border-line bg-sunken text-muted"
        >
          <Server className="size-3.5" />
        </span>
        {t('audit.system')}
      </span>
    );
  }
  const person = names.people.get(event.actor) ?? { key: event.actor, name: null };
  return <Person person={{ ...person, isMachine: event.actorKind === 'machine' }} />;
}
