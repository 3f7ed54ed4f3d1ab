import type { AppPermission } from '@latchkey/policy';
import type { ComponentProps, ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { groupByResource, isPermission, isShown, shownPermissions } from '../../policy.ts';
import { Select } from '../../ui/select.tsx';
import { isAboutReports, type CheckQuestion } from './explanation.ts';
import { ReportPicker } from './report-picker.tsx';

/** "Why can or can’t … do … on …?", with a picker for each. */
export function AccessQuestionFields(props: {
  readonly question: CheckQuestion;
  readonly onChange: (question: CheckQuestion) => void;
  /** Names or selects the person. */
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
  const what = <PermissionPicker question={question} onChange={onChange} />;
  return (
    <fieldset className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-2 rounded-card border border-line bg-surface px-4 py-3">
      <legend className="sr-only">{t('reason.sentence.about')}</legend>
      <span>{t('reason.sentence.start')}</span>
      {person}
      {i18n.language === 'ko' ? (
        <>
          {report}
          {what}
        </>
      ) : (
        <>
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
    // The id belongs to a report or a collection.
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

/** A denial may be about a permission without a page, such as editing a report. */
function withCurrent(
  permissions: readonly AppPermission[],
  current: AppPermission | undefined,
): readonly AppPermission[] {
  const isMissing =
    current !== undefined && !isShown(current) && resourceOf(permissions[0] ?? '') === resourceOf(current);
  return isMissing ? [...permissions, current] : permissions;
}
