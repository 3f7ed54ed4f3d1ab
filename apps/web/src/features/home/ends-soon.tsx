import { Link, useRouteContext } from '@tanstack/react-router';
import { CalendarPlus, Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { useGate } from '../../api/permissions.ts';
import { streamed } from '../../api/api.ts';
import { trpc, type Outputs } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { isRole } from '../../policy.ts';
import { useFailureNotice } from '../../shared/failure.tsx';
import { ChangeButton } from '../../shared/gate-button.tsx';
import { Avatar, usePersonName } from '../../shared/person.tsx';
import { Button, textAction } from '../../ui/button.tsx';
import { notify } from '../../ui/notice.tsx';
import { dateFormat } from '../../ui/format-time.ts';
import { RelativeTime } from '../../ui/time.tsx';
import { Card, CardSkeleton } from './card.tsx';
import { useWhat } from './notification-list.tsx';
import { useLetEnd } from './use-let-end.ts';

type Ending = Outputs['requests']['ending']['items'][number];

const shownAtFirst = 5;
/** Days until the end of the roles that the card lists. */
const within = 14;

export function EndsSoonCard(): ReactNode {
  const { t } = useTranslation();
  const query = trpc.requests.ending.useQuery({ days: within }, streamed);
  const problem = useProblem(query);
  const { isLetEnd } = useLetEnd();
  const open = query.data?.items.filter((one) => !isLetEnd(one));
  return (
    <Card
      title={t('home.ends.title')}
      problem={problem}
      action={
        query.data !== undefined &&
        query.data.total > 0 && (
          <Link to="/home/ends-soon" search={{}} className={textAction}>
            {t('home.ends.all', { count: query.data.total })}
          </Link>
        )
      }
    >
      {open === undefined ? (
        <CardSkeleton />
      ) : open.length === 0 ? (
        <p className="rounded-card border border-dashed border-line px-4 py-5 text-muted">
          {t(query.data?.total === 0 ? 'home.ends.none' : 'home.ends.settled', { count: within })}
        </p>
      ) : (
        <EndRows rows={open.slice(0, shownAtFirst)} />
      )}
    </Card>
  );
}

export function EndRows({ rows }: { readonly rows: readonly Ending[] }): ReactNode {
  const { t } = useTranslation();
  const personName = usePersonName();
  const what = useWhat();
  const { isLetEnd } = useLetEnd();
  return (
    <ul className="divide-y divide-line rounded-card border border-line bg-surface">
      {rows.map((ending) => {
        const { id, person, target, title, endsAt } = ending;
        const on = target.kind === 'role' ? null : { resource: target.resource, title };
        const name = personName(person);
        return (
          <li key={id} className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2.5">
            <Avatar name={name} size="medium" />
            <div className="min-w-0 flex-1 basis-48">
              <Link
                id={`ends-${id}`}
                to="/members/$subject"
                params={{ subject: person.key }}
                className="font-medium wrap-anywhere hover:underline"
              >
                {t('home.ends.row', { name, what: what([target.role], on) })}
              </Link>
              <p className="text-sm text-muted">
                {t('home.ends.ends')} <RelativeTime at={endsAt} />
                {isLetEnd(ending) && <> · {t('home.ends.letEnd')}</>}
              </p>
            </div>
            <EndActions ending={ending} name={name} />
          </li>
        );
      })}
    </ul>
  );
}

/** Seconds by which a role is extended. */
const extension = 30 * 86_400;

function EndActions({ ending, name }: { readonly ending: Ending; readonly name: string }): ReactNode {
  const { t, i18n } = useTranslation();
  const { api } = useRouteContext({ from: '/console' });
  const gate = useGate(trpc.members.assign, undefined);
  const extend = trpc.members.assign.useMutation();
  const notifyFailure = useFailureNotice();
  const { isLetEnd, letEnd } = useLetEnd();
  const { id, person, target, endsAt } = ending;
  const { role } = target;
  const start = async (): Promise<void> => {
    if (!isRole(role)) return;
    const until = Date.parse(endsAt) + extension * 1_000;
    const duration = Math.round((until - Date.now()) / 1_000);
    try {
      await extend.mutateAsync({ subject: person.key, role, duration });
      const date = dateFormat(i18n.language, { dateStyle: 'long' }).format(until);
      notify({ tone: 'done', text: t('home.ends.extended', { name, role: t(`role.${role}`), date }) });
    } catch (error) {
      notifyFailure(t('home.ends.failed'), error);
    }
    await api.refetch();
  };
  return (
    <div className="flex flex-wrap gap-2">
      {gate.state === 'allowed' && target.kind === 'role' && isRole(role) && (
        <ChangeButton
          icon={CalendarPlus}
          aria-describedby={`ends-${id}`}
          disabled={extend.isPending}
          onClick={() => void start()}
        >
          {t('home.ends.extend')}
        </ChangeButton>
      )}
      {isLetEnd(ending) ? (
        <Button variant="quiet" aria-describedby={`ends-${id}`} onClick={() => letEnd(ending, false)}>
          {t('undo')}
        </Button>
      ) : (
        <Button
          variant="quiet"
          icon={Check}
          aria-describedby={`ends-${id}`}
          onClick={() => letEnd(ending, true)}
        >
          {t('home.ends.let')}
        </Button>
      )}
    </div>
  );
}
