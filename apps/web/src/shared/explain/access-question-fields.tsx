import type { AppPermission } from '@latchkey/policy';
import { type ComponentProps, type ReactNode, useState } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { groupByResource, isPermission, isShown, shownPermissions } from '../../policy.ts';
import { Select } from '../../ui/select.tsx';
import { isAboutReports, type CheckQuestion } from './explanation.ts';
import { keepPreviousData } from '@tanstack/react-query';
import { trpc } from '../../api/trpc.ts';
import { offered, SearchCombobox } from '../../ui/search-combobox.tsx';

/** "Why can or can’t … do … on …?", with a picker for each. */
export function AccessQuestionFields(props: {
  readonly question: CheckQuestion;
  readonly onChange: (question: CheckQuestion) => void;
  readonly person: ReactNode;
}): ReactNode {
  const { question, onChange, person } = props;
  const { permission } = question;
  const { t, i18n } = useTranslation();
  const report =
    permission !== undefined && isAboutReports(permission) ? (
      <ReportPicker value={question.on} onChange={(on) => onChange({ ...question, on })} />
    ) : (
      permission?.startsWith('collections:') === true &&
      question.on !== undefined && <span>{t('reason.sentence.oneCollection')}</span>
    );
  const start = <span>{t('reason.sentence.start')}</span>;
  const what = <PermissionPicker question={question} onChange={onChange} />;
  return (
    <fieldset className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-2 rounded-card border border-line bg-surface px-4 py-3">
      <legend className="sr-only">{t('reason.sentence.about')}</legend>
      {i18n.language === 'ko' ? (
        <>
          {person}
          {start}
          {report}
          {what}
        </>
      ) : (
        <>
          {start}
          {person}
          {what}
          {report}
        </>
      )}
      <span>{t('reason.sentence.end')}</span>
    </fieldset>
  );
}

type PickerProps = Omit<ComponentProps<typeof AccessQuestionFields>, 'person'>;

function PermissionPicker({ question, onChange }: PickerProps): ReactNode {
  const { t } = useTranslation();
  const { permission } = question;
  const choose = (value: string): void => {
    if (!isPermission(value)) return;
    // Keeps the id of a report or collection only between permissions that are about one.
    const isSame = isAboutReports(value) && (permission === undefined || isAboutReports(permission));
    onChange({ ...question, permission: value, on: isSame ? question.on : undefined });
  };
  return (
    <Select
      aria-label={t('reason.sentence.permission')}
      value={permission ?? ''}
      onChange={(event) => choose(event.target.value)}
    >
      {permission === undefined && <option value="">{t('reason.sentence.choosePermission')}</option>}
      {groupByResource(shownPermissions).map(({ resource, permissions }) => (
        <optgroup key={resource} label={t(`resource.${resource}`)}>
          {withCurrent(permissions, permission).map((one) => (
            <option key={one} value={one}>
              {t(`permission.${one}`)}
            </option>
          ))}
        </optgroup>
      ))}
    </Select>
  );
}

const resourceOf = (permission: string): string => permission.slice(0, permission.indexOf(':'));

/** A denial may be about a permission without a page, for example to edit a report. */
function withCurrent(
  permissions: readonly AppPermission[],
  current: AppPermission | undefined,
): readonly AppPermission[] {
  const isMissing =
    current !== undefined && !isShown(current) && resourceOf(permissions[0] ?? '') === resourceOf(current);
  return isMissing ? [...permissions, current] : permissions;
}

const all = '';

interface Choice {
  readonly key: string;
  readonly name: string;
}

/** Selects a report that the user can view, or reports in general. The server searches. */
function ReportPicker(props: {
  readonly value: string | undefined;
  readonly onChange: (id: string | undefined) => void;
}): ReactNode {
  const { value, onChange } = props;
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const [chosen, setChosen] = useState<Choice | null>(null);
  const { data } = trpc.reports.list.useQuery(
    { limit: offered, ...(search !== '' && { search }) },
    { placeholderData: keepPreviousData },
  );
  const inGeneral: Choice = { key: all, name: t('reason.sentence.onAll') };
  const found: Choice[] = data?.items.map(({ id, title }) => ({ key: id, name: title })) ?? [];
  const known = [inGeneral, ...found, ...(chosen === null ? [] : [chosen])];
  const key = value ?? all;
  const current = known.find((one) => one.key === key) ?? { key, name: t('reason.sentence.unlisted') };
  return (
    <SearchCombobox
      value={current}
      onChange={(choice) => {
        setChosen(choice);
        onChange(choice.key === all ? undefined : choice.key);
      }}
      found={search === '' ? [inGeneral, ...found] : found}
      onOpenChange={(open) => !open && setSearch('')}
      onSearch={setSearch}
      labels={{
        trigger: `${t('reason.sentence.report')}: ${current.name}`,
        list: t('reason.sentence.report'),
        search: t('reason.sentence.searchReport'),
      }}
      trigger={<span className="truncate">{current.name}</span>}
      triggerClass="pl-3"
      popupClass="w-80"
      nothing={
        search !== '' && data !== undefined && found.length === 0 ? t('reason.sentence.noReport') : null
      }
    >
      {({ name }) => <span className="truncate">{name}</span>}
    </SearchCombobox>
  );
}
