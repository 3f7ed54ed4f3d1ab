import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useGate } from '../../api/permissions.ts';
import { trpc } from '../../api/trpc.ts';
import { isViewing } from '../../auth/view-as.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { shownPermissions } from '../../policy.ts';
import { useActionName } from '../../shared/use-action-name.ts';
import { useApplicationName, type EventNames } from '../../shared/events/event-labels.tsx';
import { MemberPicker } from '../../shared/person-combobox.tsx';
import { chipRow, FilterChip, FilterChips, RemovableChip } from '../../ui/chips.tsx';
import { dateFormat, dateInDays } from '../../ui/format-time.ts';
import { ChipSelect } from '../../ui/select.tsx';
import { periods, shownOutcomes, type AuditFilter } from './audit-questions.ts';
import { SavedViews } from './saved-views.tsx';

export function AuditFilters(props: { readonly filter: AuditFilter; readonly names: EventNames }): ReactNode {
  const { filter, names } = props;
  const { t } = useTranslation();
  const { from, to, period, show, person, on, application } = filter;
  const applicationName = useApplicationName();
  const hasTime = from !== undefined && to !== undefined;
  return (
    <div className="mb-4 flex flex-col gap-2">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <nav aria-label={t('audit.filter.period')} className="max-w-full">
          <ul className={chipRow}>
            {periods.map((one) => (
              <FilterChip
                key={one}
                to="/audit"
                search={{
                  ...filter,
                  period: one === 'day' ? undefined : one,
                  from: undefined,
                  to: undefined,
                }}
                isChosen={!hasTime && one === (period ?? 'day')}
                label={t(`audit.period.${one}`)}
                count={null}
              />
            ))}
            {hasTime && (
              <li>
                <Removable search={{ ...filter, from: undefined, to: undefined }}>
                  <TimeText from={from} to={to} />
                </Removable>
              </li>
            )}
          </ul>
        </nav>
        <div className="flex max-w-full flex-wrap items-center gap-2">
          <DateRange filter={filter} />
          {!isViewing() && <SavedViews filter={filter} />}
        </div>
      </div>
      <div className={chipRow}>
        <FilterChips label={t('audit.filter.show')} inRow>
          {([undefined, ...shownOutcomes] as const).map((one) => (
            <FilterChip
              key={one ?? 'all'}
              to="/audit"
              search={{ ...filter, show: one }}
              isChosen={one === show}
              label={t(`audit.show.${one ?? 'all'}`)}
              count={null}
            />
          ))}
        </FilterChips>
        <ActionFilter filter={filter} />
        {person === undefined && <PersonFilter filter={filter} />}
        {person !== undefined && (
          <Removable search={{ ...filter, person: undefined }}>
            {t('audit.filter.person')} <PersonName person={person} known={names.people.get(person)?.name} />
          </Removable>
        )}
        {on !== undefined && (
          <Removable search={{ ...filter, on: undefined }}>
            {t('audit.filter.on')} {names.titles[on] ?? t('event.report')}
          </Removable>
        )}
        {application !== undefined && (
          <Removable search={{ ...filter, application: undefined }}>
            {t('event.field.via')}{' '}
            {applicationName(names.applications.get(application) ?? { clientId: application })}
          </Removable>
        )}
      </div>
    </div>
  );
}

function Removable(props: { readonly search: AuditFilter; readonly children: ReactNode }): ReactNode {
  const { t } = useTranslation();
  return (
    <RemovableChip to="/audit" search={props.search} removeLabel={t('audit.filter.remove')}>
      <span className="truncate">{props.children}</span>
    </RemovableChip>
  );
}

function TimeText({ from, to }: { readonly from: string; readonly to: string }): ReactNode {
  const { t, i18n } = useTranslation();
  const [first, last] = [new Date(from), new Date(to)];
  if (Number.isNaN(first.getTime()) || Number.isNaN(last.getTime())) return null;
  const isSameDay = first.toDateString() === last.toDateString();
  const whole = dateFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' });
  const short = dateFormat(i18n.language, { timeStyle: 'short' });
  return t('audit.filter.time', {
    from: whole.format(first),
    to: (isSameDay ? short : whole).format(last),
  });
}

function ActionFilter({ filter }: { readonly filter: AuditFilter }): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <ChipSelect
      label={t('audit.filter.action')}
      any={t('audit.filter.action')}
      value={filter.action}
      choices={shownPermissions}
      nameOf={useActionName()}
      onChange={(action) => void navigate({ to: '/audit', search: { ...filter, action } })}
    />
  );
}

/** The user's name. Fetched if the loaded events do not contain it. */
function PersonName(props: {
  readonly person: string;
  readonly known: string | null | undefined;
}): ReactNode {
  const { person, known } = props;
  const gate = useGate(trpc.members.get, { subject: person });
  const enabled = known == null && gate.state === 'allowed';
  const { data } = trpc.members.get.useQuery({ subject: person }, { enabled, retry: false });
  return known ?? data?.name ?? data?.email ?? person;
}

/** Filters by one member, as actor or subject, found by name. Hidden from users who cannot view the members. */
function PersonFilter({ filter }: { readonly filter: AuditFilter }): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const gate = useGate(trpc.members.list, undefined);
  if (gate.state !== 'allowed') return null;
  return (
    <MemberPicker
      value={null}
      isChip
      onChange={({ key: person }) => void navigate({ to: '/audit', search: { ...filter, person } })}
      labels={{
        person: t('audit.filter.person'),
        choose: t('audit.filter.person'),
        search: t('audit.filter.searchPerson'),
        nobody: t('audit.filter.noPerson'),
      }}
    />
  );
}

const day = 86_400_000;

/** Filters by whole local days. Choosing one end also sets the other if it is missing or on the wrong side. */
function DateRange({ filter }: { readonly filter: AuditFilter }): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { from, to } = filter;
  const [today] = useState(() => dateInDays(0, new Date()));
  const first = from === undefined ? '' : dayOf(Date.parse(from));
  // `to` is exclusive.
  const last = to === undefined ? '' : dayOf(Date.parse(to) - 1);
  const choose = (one: string, other: string): void => {
    const [start, end] = [startOf(one), startOf(other)];
    if (Number.isNaN(start) || Number.isNaN(end)) return;
    const search = { ...filter, from: new Date(start).toISOString(), to: nextDay(end).toISOString() };
    void navigate({ to: '/audit', search });
  };
  return (
    <fieldset className="flex max-w-full min-w-0 items-center gap-2">
      <legend className="sr-only">{t('audit.filter.dates')}</legend>
      <input
        type="date"
        aria-label={t('audit.filter.firstDay')}
        value={first}
        max={today}
        onChange={({ target: { value } }) => choose(value, last !== '' && last >= value ? last : today)}
        className={field}
      />
      <span aria-hidden="true" className="text-muted">
        –
      </span>
      <input
        type="date"
        aria-label={t('audit.filter.lastDay')}
        value={last}
        max={today}
        onChange={({ target: { value } }) => choose(first !== '' && first <= value ? first : value, value)}
        className={field}
      />
    </fieldset>
  );
}

const field = 'h-9 min-w-0 rounded-control border border-line-strong bg-surface px-2.5 pointer-coarse:h-11';

function dayOf(time: number): string {
  return Number.isNaN(time) ? '' : dateInDays(0, new Date(time));
}

function startOf(date: string): number {
  return Date.parse(`${date}T00:00`);
}

/** The start of the next day. Days can have 23 or 25 hours. */
function nextDay(start: number): Date {
  return new Date(startOf(dayOf(start + 1.5 * day)));
}
