import { Link } from '@tanstack/react-router';
import { rolesGranting } from '@latchkey/permissions';
import { policy } from '@latchkey/policy';
import type { ReactNode } from 'react';
import { streamed } from '../../api/api.ts';
import { openRequests, trpc, type Outputs } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { isPermission } from '../../policy.ts';
import { usePersonName } from '../../shared/person.tsx';
import { textAction } from '../../ui/button.tsx';
import { ChartPanel } from '../../ui/chart-panel.tsx';
import { ChartState } from './chart-state.tsx';
import { usePeriod } from './use-period.ts';

type Denied = Outputs['audit']['mostDenied'][number];
type Request = Outputs['requests']['list']['items'][number];

const maxNamed = 3;

export function DeniedChart(): ReactNode {
  const { t, i18n } = useTranslation();
  const personName = usePersonName();
  const period = usePeriod();
  const query = trpc.audit.mostDenied.useQuery(period, streamed);
  const problem = useProblem(query);
  const open = trpc.requests.list.useQuery(openRequests).data?.items ?? [];
  const title = t('home.mostDenied.title');
  if (query.data === undefined) return <ChartState title={title} problem={problem} />;
  const nameOf = ({ permission }: Denied): string =>
    isPermission(permission) ? t(`permission.${permission}`) : permission;
  const peopleOf = ({ users, people }: Denied): string => {
    const named = users.slice(0, maxNamed).map(personName);
    return people > named.length
      ? i18n.list(named, t('home.mostDenied.more', { count: people - named.length }))
      : i18n.list(named);
  };
  const highest = Math.max(...query.data.map(({ times }) => times));
  return (
    <ChartPanel
      title={title}
      summary={t(query.data.length === 0 ? 'home.mostDenied.none' : 'home.mostDenied.summary')}
      table={{
        columns: [t('home.mostDenied.permission'), t('home.mostDenied.times'), t('home.mostDenied.people')],
        rows: query.data.map((denied) => ({
          key: denied.permission,
          name: nameOf(denied),
          values: [i18n.number(denied.times), peopleOf(denied)],
        })),
      }}
    >
      {() => (
        <ol className="flex flex-col gap-3">
          {query.data.map((denied) => (
            <li key={denied.permission}>
              <Link
                to="/audit"
                search={{ ...period, action: denied.permission, show: 'denied' }}
                className="group block"
              >
                <span className="flex items-baseline justify-between gap-3">
                  <span className="min-w-0 wrap-anywhere group-hover:underline">{nameOf(denied)}</span>
                  <span className="font-semibold tabular-nums">{i18n.number(denied.times)}</span>
                </span>
                <svg aria-hidden="true" className="mt-1 block h-2 w-full">
                  <rect width="100%" height="100%" rx="2" className="fill-sunken" />
                  <rect
                    width={`${(denied.times / highest) * 100}%`}
                    height="100%"
                    rx="2"
                    className="fill-denied forced-color-adjust-none"
                  />
                </svg>
              </Link>
              <p className="mt-1 flex flex-wrap justify-between gap-x-3 text-sm text-muted">
                <span className="min-w-0">{peopleOf(denied)}</span>
                <Settling requests={open.filter((request) => settles(request, denied))} />
              </p>
            </li>
          ))}
        </ol>
      )}
    </ChartPanel>
  );
}

/** Whether the approval of the request would grant the permission to a user who was denied it. */
function settles({ target, permission, requester }: Request, denied: Denied): boolean {
  if (!denied.users.some(({ key }) => key === requester.key)) return false;
  if (permission === denied.permission) return true;
  if (target.kind !== 'role' || !isPermission(denied.permission)) return false;
  return rolesGranting(policy, denied.permission).tenant.some((role) => role === target.role);
}

function Settling({ requests }: { readonly requests: readonly Request[] }): ReactNode {
  const { t } = useTranslation();
  const [first, ...others] = requests;
  if (first === undefined) return null;
  const text = t('home.mostDenied.requests', { count: requests.length });
  return others.length === 0 ? (
    <Link to="/requests/$requestId" params={{ requestId: first.id }} className={`${textAction} text-ink`}>
      {text}
    </Link>
  ) : (
    <Link to="/requests" className={`${textAction} text-ink`}>
      {text}
    </Link>
  );
}
