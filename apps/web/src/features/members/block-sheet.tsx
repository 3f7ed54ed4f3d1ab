import { useState, type FormEvent, type ReactNode } from 'react';
import { useGate } from '../../api/permissions.ts';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { FormFailure } from '../../shared/failure.tsx';
import { ChangeButton } from '../../shared/gate-button.tsx';
import { OpenForm } from '../../shared/open-form.tsx';
import { Person } from '../../shared/person.tsx';
import { Button } from '../../ui/button.tsx';
import { notify } from '../../ui/notice.tsx';
import { Section, sectionRow } from '../../ui/page.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { TextAreaField } from '../../ui/text-area-field.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { useUnblock, type ListedApplication } from './applications-page.tsx';

const maxReason = 500;

export default function BlockSheet(props: {
  readonly application: ListedApplication;
  readonly open: boolean;
  readonly onClose: () => void;
}): ReactNode {
  const { application, open, onClose } = props;
  const { t } = useTranslation();
  return (
    <Sheet
      open={open}
      title={t('members.applications.blocking.title', { application: application.name })}
      onClose={onClose}
    >
      <OpenForm gate={useGate(trpc.applications.block, undefined)}>
        <BlockForm application={application} onClose={onClose} />
      </OpenForm>
    </Sheet>
  );
}

function BlockForm(props: {
  readonly application: ListedApplication;
  readonly onClose: () => void;
}): ReactNode {
  const { application, onClose } = props;
  const { clientId, name } = application;
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const { unblock } = useUnblock(application);
  const [reason, setReason] = useState('');
  const block = trpc.applications.block.useMutation({
    onSuccess() {
      onClose();
      notify({
        tone: 'done',
        text: t('members.applications.blocking.done', { application: name }),
        action: { label: t('undo'), run: unblock },
      });
    },
    onSettled: () => utils.applications.invalidate(),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const text = reason.trim();
    block.mutate({ clientId, reason: text === '' ? null : text });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-5">
      <p>{t('members.applications.blocking.what')}</p>
      <Affected clientId={clientId} />
      <TextAreaField
        label={t('members.applications.blocking.reason')}
        hint={t('members.applications.blocking.reasonHow')}
        value={reason}
        maxLength={maxReason}
        onChange={({ target }) => setReason(target.value)}
      />
      <FormFailure failed={t('members.applications.blocking.failed')} error={block.error} />
      <div className="flex flex-wrap gap-2">
        <ChangeButton type="submit" variant="danger" disabled={block.isPending}>
          {t('members.applications.blockOf', { application: name })}
        </ChangeButton>
        <Button variant="quiet" onClick={onClose}>
          {t('cancel')}
        </Button>
      </div>
    </form>
  );
}

/** For whom the application acts today. */
function Affected({ clientId }: { readonly clientId: string }): ReactNode {
  const { t } = useTranslation();
  const query = trpc.applications.peopleOf.useQuery({ clientId });
  const problem = useProblem(query);
  if (problem !== null) return <p className="text-muted">{t('members.person.partFailed')}</p>;
  if (query.data === undefined) return <span aria-busy="true" className="skeleton h-24 rounded-card" />;
  const { people, more } = query.data;
  if (people.length === 0)
    return <p className="text-muted">{t('members.applications.blocking.affectsNone')}</p>;
  return (
    <Section title={t('members.applications.blocking.affects', { count: people.length + more })}>
      {people.map((person) => (
        <div key={person.subject} className={sectionRow}>
          <span className="min-w-0 flex-1 basis-40">
            <Person person={{ key: person.subject, name: person.name }} />
          </span>
          <span className="text-sm text-muted">
            {person.lastUsedAt === null ? (
              t('applications.neverUsed')
            ) : (
              <RelativeTime at={person.lastUsedAt} />
            )}
          </span>
        </div>
      ))}
      {more > 0 && (
        <p className={`${sectionRow} text-muted`}>
          {t('members.applications.blocking.more', { count: more })}
        </p>
      )}
    </Section>
  );
}
