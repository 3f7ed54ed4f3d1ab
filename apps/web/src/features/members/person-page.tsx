import { permissionsOfRole } from '@latchkey/permissions';
import { isAboutInstallation, policy } from '@latchkey/policy';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useGate } from '../../api/permissions.ts';
import { retryIntervalAfter } from '../../api/query-client.ts';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { isRole, shownPermissions } from '../../policy.ts';
import { AccessQuestionFields } from '../../shared/explain/access-question-fields.tsx';
import { CheckAnswer } from '../../shared/explain/check-answer.tsx';
import type { CheckQuestion } from '../../shared/explain/explanation.ts';
import { Person } from '../../shared/person.tsx';
import { Problem } from '../../shared/problem.tsx';
import { PageHeader, Section } from '../../ui/page.tsx';
import type { MemberDetails, PersonAccess } from './member.ts';
import { AssignRole, PersonPermissions, PersonShares } from './person-access.tsx';
import { PersonApplications } from './person-applications.tsx';
import { PersonActivity, PersonRequests, PersonSessions } from './person-activity.tsx';
import { PersonFacts } from './person-facts.tsx';

function PersonSkeleton(): ReactNode {
  const { t } = useTranslation();
  return (
    <div aria-busy="true">
      <h1 className="sr-only">{t('pending')}</h1>
      <span className="skeleton mb-6 block h-14 w-72 max-w-full" />
      <div className="grid gap-6 lg:grid-cols-[15rem_minmax(0,1fr)] lg:gap-8">
        <span className="skeleton h-72 rounded-card" />
        <span className="flex flex-col gap-8">
          <span className="skeleton h-40 rounded-card" />
          <span className="skeleton h-24 rounded-card" />
        </span>
      </div>
    </div>
  );
}

/** The maximum number of refetches while the PDP and the roles differ. */
const maxReads = 30;

const route = getRouteApi('/console/members/$subject');

export function PersonPage(): ReactNode {
  const { t } = useTranslation();
  const { subject } = route.useParams();
  const query = trpc.members.get.useQuery({ subject });
  const problem = useProblem(query);
  const gates = [
    useGate(trpc.members.assign, { subject, role: 'viewer' }),
    useGate(trpc.members.reactivate, { subject }),
    useGate(trpc.members.removePreview, undefined),
    useGate(trpc.viewAs.start, undefined),
    useGate(trpc.audit.list, undefined),
    useGate(trpc.person.sessions, undefined),
  ];
  if (problem !== null)
    return (
      <Problem
        problem={problem}
        title={t('members.person.failed')}
        missing={{ title: t('members.person.missing'), why: t('members.person.missingHow') }}
      />
    );
  // Waits for the gates of the actions, which would otherwise shift the page.
  if (query.data === undefined || gates.some(({ state }) => state === 'unknown')) return <PersonSkeleton />;
  return <Details key={subject} member={query.data} />;
}

function Details({ member }: { readonly member: MemberDetails }): ReactNode {
  const { subject, name, email, kind } = member;
  const { t } = useTranslation();
  const { give } = route.useSearch();
  const access = trpc.person.access.useQuery(
    { subject },
    {
      // The PDP receives a role a moment after Permit does, so poll until the PDP has it, for at most `maxReads`
      // reads.
      refetchInterval: ({ state: { data, error, dataUpdateCount } }) =>
        data !== undefined && dataUpdateCount < maxReads && isBehind(member, data)
          ? 1_000
          : retryIntervalAfter(error),
    },
  );
  const accessProblem = useProblem(access);
  const seesActivity = useGate(trpc.audit.list, undefined).state === 'allowed';
  const seesSessions = useGate(trpc.person.sessions, undefined).state === 'allowed';
  const shown = name ?? email ?? subject;
  const isMachine = kind === 'machine';
  const parts = [
    'may',
    'shares',
    'requests',
    ...(kind === 'person' ? (['applications'] as const) : []),
    ...(seesSessions ? (['sessions'] as const) : []),
    'check',
    ...(seesActivity ? (['activity'] as const) : []),
  ] as const;
  return (
    <article>
      <PageHeader
        title={shown}
        purpose={
          <span className="wrap-anywhere">
            {isMachine ? t('members.person.machine') : name === null ? null : email}
          </span>
        }
      />
      <div className="grid gap-6 lg:grid-cols-[15rem_minmax(0,1fr)] lg:gap-8">
        <div className="flex flex-col gap-4">
          <PersonFacts member={member} origin={access.data} />
          <nav
            aria-label={t('members.person.parts')}
            className="hidden lg:sticky lg:top-[calc(5rem+var(--bar))] lg:block"
          >
            <ul className="flex flex-col">
              {parts.map((part) => (
                <li key={part}>
                  <Link
                    to="."
                    hash={part}
                    activeOptions={{ includeHash: true }}
                    className="flex h-9 items-center rounded-control px-2.5 text-muted hover:bg-sunken hover:text-ink"
                  >
                    {t(`members.person.${part}`)}
                  </Link>
                </li>
              ))}
            </ul>
          </nav>
        </div>
        <div className="flex min-w-0 flex-col gap-8">
          {give !== undefined && <AssignRole member={member} role={give} />}
          {access.data === undefined ? (
            accessProblem === null ? (
              // About as tall as the loaded sections, so that those below do not move.
              <span className="skeleton h-160 rounded-card" aria-busy="true" />
            ) : (
              <p className="text-muted">{t('members.person.partFailed')}</p>
            )
          ) : (
            <>
              <PersonPermissions subject={subject} access={access.data} />
              <PersonShares subject={subject} access={access.data} />
            </>
          )}
          <PersonRequests subject={subject} />
          {kind === 'person' && <PersonApplications member={member} />}
          {seesSessions && <PersonSessions subject={subject} />}
          <PersonCheck member={member} />
          {seesActivity && <PersonActivity subject={subject} />}
        </div>
      </div>
    </article>
  );
}

/** Whether the PDP, which returned `access`, has not received a role change yet. */
export function isBehind(
  { roles, status }: Pick<MemberDetails, 'roles' | 'status'>,
  access: PersonAccess,
): boolean {
  // A suspended user's roles are those that will be restored, so the PDP does not have them.
  if (status === 'suspended') return false;
  const granted = roles.flatMap(({ role }) => (isRole(role) ? permissionsOfRole(policy, role) : []));
  const compared = shownPermissions.filter((permission) => !isAboutInstallation(permission));
  return compared.some(
    (permission) => granted.includes(permission) !== access.permissions.includes(permission),
  );
}

function PersonCheck({ member }: { readonly member: MemberDetails }): ReactNode {
  const { subject: key, name, email, kind } = member;
  const { t } = useTranslation();
  const [question, setQuestion] = useState<CheckQuestion>({ person: key });
  const { permission, on } = question;
  return (
    <Section anchor="check" title={t('members.person.check')} plain>
      <AccessQuestionFields
        question={question}
        onChange={setQuestion}
        person={<Person person={{ key, name, email, isMachine: kind === 'machine' }} />}
      />
      {permission !== undefined && (
        <div className="mt-5">
          <CheckAnswer check={{ person: key, permission, on }} />
        </div>
      )}
    </Section>
  );
}
