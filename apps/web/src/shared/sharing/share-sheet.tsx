import { keepPreviousData } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { LockKeyhole, Pencil } from 'lucide-react';
import { lazy, useState, type ReactNode } from 'react';
import { useGate } from '../../api/permissions.ts';
import { retryIntervalAfter } from '../../api/query-client.ts';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { isShown } from '../../policy.ts';
import { Button, textAction } from '../../ui/button.tsx';
import { LazyPopup } from '../../ui/lazy.tsx';
import { useMenu } from '../../ui/menu-button.ts';
import { Sheet } from '../../ui/sheet.tsx';
import { WhyButton } from '../explain/why-button.tsx';
import { OpenForm } from '../open-form.tsx';
import { nameOf, Person } from '../person.tsx';
import { RoleBadge } from '../role-badge.tsx';
import { sourceText } from '../role-source.ts';
import { ShareForm } from './share-form.tsx';
import { howCleared, type Access, type Shareable, type SharedWith } from './use-change-share.ts';

/** Milliseconds between refetches, because others may share the instance too. */
const refreshInterval = 15_000;

/** The number of users that each "Show more" adds, and the maximum that the server lists. */
const [step, maxListed] = [200, 2_000];

export default function ShareSheet(props: {
  readonly on: Shareable;
  readonly isForOwner: boolean;
  readonly open: boolean;
  readonly onClose: () => void;
}): ReactNode {
  const { on: instance, isForOwner, ...sheet } = props;
  const { t } = useTranslation();
  const [people, setPeople] = useState<number>();
  const on = { ...instance, people };
  const query = trpc[on.resource].access.useQuery(
    { id: on.id, people },
    {
      placeholderData: keepPreviousData,
      enabled: sheet.open,
      refetchInterval: ({ state: { error } }) => retryIntervalAfter(error) || refreshInterval,
    },
  );
  const problem = useProblem(query);
  const access = query.data;
  const gate = useGate(trpc[instance.resource].access, { id: instance.id });
  return (
    <Sheet {...sheet} title={t('sharing.title')}>
      <OpenForm gate={gate}>
        <div
          aria-busy={access === undefined && problem === null}
          className="divide-y divide-line rounded-card border border-line bg-surface"
        >
          {access !== undefined ? (
            <>
              <ShareForm
                on={on}
                access={access}
                isForOwner={isForOwner}
                onShared={isForOwner ? sheet.onClose : undefined}
              />
              <ul className="divide-y divide-line">
                {access.people.map((person) => (
                  <SharedPerson key={person.key} on={on} person={person} />
                ))}
                {access.more > 0 && (
                  <li className="px-4 py-2.5 text-sm text-muted">
                    {t('sharing.more', { count: access.more })}{' '}
                    {access.people.length < maxListed && (
                      <button
                        type="button"
                        disabled={query.isPlaceholderData}
                        onClick={() => setPeople(Math.min(access.people.length + step, maxListed))}
                        className={`${textAction} text-ink`}
                      >
                        {t('more')}
                      </button>
                    )}
                  </li>
                )}
              </ul>
              <ByRole {...access} />
            </>
          ) : problem === null ? (
            <Waiting />
          ) : (
            <p className="flex flex-wrap items-center gap-3 px-4 py-3">
              {t('sharing.failed.load')}
              <Button onClick={problem.retry}>{t('error.retry')}</Button>
            </p>
          )}
        </div>
      </OpenForm>
    </Sheet>
  );
}

/** Roles that give access without a share, and their holders who still cannot open the instance. */
function ByRole({ byRole, clearanceRole }: Pick<Access, 'byRole' | 'clearanceRole'>): ReactNode {
  const { t, i18n } = useTranslation();
  const isLimited = byRole.some(({ excluded }) => excluded?.total !== 0);
  return (
    <div className="px-4 py-3">
      <h3 className="text-sm text-muted">{t('sharing.byRole')}</h3>
      <ul className="mt-1.5 flex flex-col gap-1.5">
        {byRole.map(({ role, people, permissions, excluded }) => {
          const out = excluded?.total ?? 0;
          const all = t('sharing.people', { count: people });
          return (
            <li key={role} className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
              <RoleLink role={role} />
              <span className="tabular-nums">
                {out === 0 ? all : t('sharing.canOpen', { count: people - out, total: all })}
              </span>
              {people > out && (
                <span className="text-muted">
                  {i18n.list(permissions.filter(isShown).map((permission) => t(`permission.${permission}`)))}
                </span>
              )}
              <Excluded excluded={excluded} />
            </li>
          );
        })}
      </ul>
      {isLimited && <p className="mt-2 text-sm text-muted">{howCleared(clearanceRole, t)}</p>}
    </div>
  );
}

function RoleLink({ role }: Pick<Access['byRole'][number], 'role'>): ReactNode {
  const gate = useGate(trpc.members.list, undefined);
  if (gate.state !== 'allowed') return <RoleBadge role={role} />;
  return (
    <Link to="/members" search={{ role }} className="rounded-full hover:bg-sunken">
      <RoleBadge role={role} />
    </Link>
  );
}

function Excluded({ excluded }: Pick<Access['byRole'][number], 'excluded'>): ReactNode {
  const { t, i18n } = useTranslation();
  if (excluded === null) return <p className="basis-full text-muted">{t('sharing.excludedUnknown')}</p>;
  const { total, people } = excluded;
  if (total === 0) return null;
  const more = total - people.length;
  return (
    <details className="basis-full text-muted">
      <summary className="cursor-pointer pointer-coarse:py-3">
        <LockKeyhole aria-hidden="true" className="mr-1.5 inline size-3.5" />
        {t('sharing.excluded', { count: total })}
      </summary>
      <p className="mt-1 wrap-anywhere">
        {i18n.list(people.map(nameOf))} {more > 0 && t('sharing.more', { count: more })}
      </p>
    </details>
  );
}

function Waiting(): ReactNode {
  return [1, 2, 3].map((row) => (
    <div key={row} className="px-4 py-3.5">
      <span className="skeleton block h-4 w-48" />
      <span className="skeleton mt-2 block h-3 w-32" />
    </div>
  ));
}

const loadMenu = () => import('./share-menu.tsx');
const ShareMenu = lazy(loadMenu);

function SharedPerson(props: { readonly on: Shareable; readonly person: SharedWith }): ReactNode {
  const { on, person } = props;
  const { t, i18n } = useTranslation();
  const { button, menu, container } = useMenu<HTMLLIElement>(loadMenu);
  const label = t('sharing.change', { name: nameOf(person) });
  return (
    <li
      ref={container}
      className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 gap-y-1 px-4 py-2.5"
    >
      <Person person={person} detailed />
      <ul className="col-span-2 row-start-2 pl-10">
        {person.roles.map((held) => (
          <li key={JSON.stringify(held)} className="text-sm wrap-anywhere">
            <span className="font-medium">{t(`reportRole.${held.role}`)}</span>
            <span className="text-muted"> · {sourceText(held.source, 'instance', i18n)}</span>
          </li>
        ))}
        {person.lacks !== null && (
          <li className="inline-flex items-center gap-1.5 text-sm text-muted">
            <LockKeyhole aria-hidden="true" className="size-3.5 shrink-0" />
            {t(`sharing.lacks.${person.lacks}`)}
          </li>
        )}
      </ul>
      <span className="flex items-center">
        {on.resource === 'reports' && (
          <WhyButton
            check={{ person: person.key, permission: 'reports:view', on: on.id }}
            label={t('sharing.whyOf', { name: nameOf(person) })}
            className="inline-flex h-9 items-center rounded-control px-2 text-sm text-muted underline underline-offset-4 hover:text-ink pointer-coarse:h-11"
          />
        )}
        <button
          type="button"
          aria-label={label}
          title={label}
          {...button}
          className="inline-flex size-9 items-center justify-center rounded-control text-muted hover:bg-sunken hover:text-ink pointer-coarse:size-11"
        >
          <Pencil aria-hidden="true" className="size-4" />
        </button>
      </span>
      <LazyPopup popup={menu}>{(shown) => <ShareMenu on={on} person={person} {...shown} />}</LazyPopup>
    </li>
  );
}
