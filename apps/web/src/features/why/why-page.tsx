import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { CircleHelp, Link2 } from 'lucide-react';
import { useEffect, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { Button } from '../../ui/button.tsx';
import { copyText } from '../../ui/copyable.tsx';
import { EmptyState } from '../../ui/state-panel.tsx';
import { notify } from '../../ui/notice.tsx';
import { PageHeader } from '../../ui/page.tsx';
import { Person } from '../../shared/person.tsx';
import { Problem } from '../../shared/problem.tsx';
import { CheckAnswer, useReader } from '../../shared/explain/check-answer.tsx';
import type { CheckQuestion } from '../../shared/explain/explanation.ts';
import { AccessQuestionFields } from '../../shared/explain/access-question-fields.tsx';
import { useGate } from '../../api/permissions.ts';
import { MemberPicker } from '../../shared/person-combobox.tsx';

const route = getRouteApi('/console/why');

export function WhyPage(): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const question = route.useSearch();
  const problem = useProblem(trpc.session.me.useQuery());
  const reader = useReader();
  const me = reader.key;
  const { person, permission, on } = question;
  const ask = (next: CheckQuestion): void => void navigate({ to: '/why', search: next, replace: true });

  // The URL names the user, so that recipients of the link do not see their own access.
  useEffect(() => {
    if (person === undefined && me !== undefined)
      void navigate({ to: '/why', search: (search) => ({ ...search, person: me }), replace: true });
  }, [person, me, navigate]);

  if (problem !== null) return <Problem problem={problem} title={t('reason.failed')} />;
  return (
    <div className="max-w-4xl">
      <PageHeader title={t('why.title')} purpose={t('why.purpose')} actions={permission && <CopyLink />} />
      <AccessQuestionFields
        question={question}
        onChange={ask}
        person={
          <WhoPicker person={person} reader={reader} onChange={(key) => ask({ ...question, person: key })} />
        }
      />
      <div className="mt-6 min-h-64">
        {permission === undefined ? (
          <EmptyState icon={CircleHelp} title={t('reason.choose')} how={t('reason.chooseHow')} />
        ) : (
          <CheckAnswer
            check={{ person, permission, on }}
            onAskAboutReader={() => ask({ ...question, person: me })}
            isShareable
          />
        )}
      </div>
    </div>
  );
}

function WhoPicker(props: {
  readonly person: string | undefined;
  readonly reader: ReturnType<typeof useReader>;
  readonly onChange: (key: string) => void;
}): ReactNode {
  const { person, reader, onChange } = props;
  const { t } = useTranslation();
  const mayAskAboutOthers = useGate(trpc.why.explain, undefined).state === 'allowed';
  const isOwn = person === undefined || person === reader.key;
  const member = trpc.members.get.useQuery(
    { subject: person ?? '' },
    { enabled: mayAskAboutOthers && !isOwn, retry: false },
  );
  const { name = null, email = null, kind } = member.data ?? {};
  const named = isOwn
    ? { key: reader.key ?? '', name: reader.name }
    : { key: person, name: name ?? email, isMachine: kind === 'machine' };
  if (!mayAskAboutOthers) return <Person person={named} />;
  return (
    <MemberPicker
      value={{ key: named.key, name: named.name ?? named.key, isMachine: !isOwn && kind === 'machine' }}
      onChange={({ key }) => onChange(key)}
      labels={{
        person: t('reason.sentence.person'),
        choose: t('reason.sentence.person'),
        search: t('reason.sentence.searchPerson'),
        nobody: t('reason.sentence.nobody'),
      }}
    />
  );
}

function CopyLink(): ReactNode {
  const { t } = useTranslation();
  const copy = async (): Promise<void> =>
    notify(
      (await copyText(location.href))
        ? { tone: 'done', text: t('why.copied') }
        : { tone: 'failed', text: t('why.copyFailed') },
    );
  return (
    <Button onClick={() => void copy()} icon={Link2}>
      {t('why.copy')}
    </Button>
  );
}
