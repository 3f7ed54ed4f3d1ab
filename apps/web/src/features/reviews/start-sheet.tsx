import { useNavigate } from '@tanstack/react-router';
import { useId, useState, type FormEvent, type ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { roles, sharedResources } from '../../policy.ts';
import { ChangeButton } from '../../shared/gate-button.tsx';
import { FormFailure } from '../../shared/failure.tsx';
import { Button } from '../../ui/button.tsx';
import { DayField } from '../../ui/day-field.tsx';
import { dateInDays, secondsOf, secondsUntilEndOf, dateFormat } from '../../ui/format-time.ts';
import { RadioChips } from '../../ui/chips.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { useTypedText } from '../../shared/use-typed-text.ts';
import { useFormCheck } from '../../ui/use-form-check.ts';
import { PeopleField } from './people-field.tsx';
import type { Review, Scope } from './review.ts';

type ReviewersKind = Review['chosen']['kind'];
type Recurrence = Review['recurrence'];
type Role = (typeof roles)[number];

interface Draft {
  readonly name: string;
  readonly scope: Scope;
  readonly reviewers: ReviewersKind;
  readonly recurrence: Recurrence;
}

const templates = {
  all: { scope: { kind: 'all' }, reviewers: 'owners', recurrence: 'quarterly' },
  privileged: { scope: { kind: 'privileged' }, reviewers: 'role', recurrence: 'quarterly' },
  machines: { scope: { kind: 'machines' }, reviewers: 'role', recurrence: 'quarterly' },
  inactive: { scope: { kind: 'inactive' }, reviewers: 'role', recurrence: 'monthly' },
} as const satisfies Readonly<Record<string, Omit<Draft, 'name'>>>;
type Template = keyof typeof templates;

const scopes = ['all', 'privileged', ...sharedResources, 'machines', 'inactive'] as const;
const maxDue = 366 * secondsOf.day;

export default function StartSheet(props: {
  readonly open: boolean;
  readonly onClose: () => void;
}): ReactNode {
  const { t } = useTranslation();
  return (
    <Sheet open={props.open} title={t('reviews.start.title')} onClose={props.onClose}>
      <StartForm onClose={props.onClose} />
    </Sheet>
  );
}

function StartForm({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const utils = trpc.useUtils();
  const id = useId();
  const nameOf = (template: Template): string => {
    const month = dateFormat(i18n.language, { month: 'long', year: 'numeric' }).format(new Date());
    return t('reviews.start.named', { name: t(`reviews.start.template.${template}`), month });
  };
  const [now] = useState(() => new Date());
  const [template, setTemplate] = useState<Template>('all');
  const [typed, setTyped] = useTypedText('review-name', nameOf('all'));
  const [draft, setDraft] = useState<Draft>({ ...templates.all, name: typed });
  const [role, setRole] = useState<Role>('admin');
  const [people, setPeople] = useState<readonly string[]>([]);
  const [day, setDay] = useState(() => dateInDays(14, now));
  const { form, isChecked, check } = useFormCheck();
  const create = trpc.reviews.create.useMutation({
    async onSuccess({ id: reviewId }) {
      setTyped('');
      void utils.reviews.invalidate();
      onClose();
      await navigate({ to: '/reviews/$reviewId', params: { reviewId } });
    },
  });
  const change = (changes: Partial<Draft>): void => setDraft({ ...draft, ...changes });
  const left = secondsUntilEndOf(day, now);
  const isDayValid = left !== undefined && left > 0 && left <= maxDue;
  const isMissingPeople = draft.reviewers === 'users' && people.length === 0;
  const name = draft.name.trim();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    check();
    if (name === '' || !isDayValid || isMissingPeople) return;
    create.mutate({
      name,
      scope: draft.scope,
      reviewers:
        draft.reviewers === 'users'
          ? { kind: 'users', subjects: [...people] }
          : draft.reviewers === 'owners'
            ? { kind: 'owners', otherwise: role }
            : { kind: 'role', role },
      dueAt: new Date(now.getTime() + left * 1_000).toISOString(),
      recurrence: draft.recurrence,
    });
  };
  const roleField = (label: string): ReactNode => (
    <RadioChips
      label={label}
      choices={roles.map((value) => ({ value, label: t(`role.${value}`) }))}
      value={role}
      onChange={setRole}
    />
  );
  return (
    <form ref={form} noValidate onSubmit={submit} className="flex flex-col gap-5">
      <RadioChips
        label={t('reviews.start.templates')}
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table's own keys
        choices={(Object.keys(templates) as Template[]).map((value) => ({
          value,
          label: t(`reviews.start.template.${value}`),
        }))}
        value={template}
        onChange={(next) => {
          setTemplate(next);
          setDraft({
            ...templates[next],
            name: draft.name === nameOf(template) ? nameOf(next) : draft.name,
          });
        }}
      />
      <div>
        <label htmlFor={id} className="font-medium">
          {t('reviews.start.name')}
        </label>
        <input
          id={id}
          value={draft.name}
          maxLength={120}
          autoComplete="off"
          aria-invalid={isChecked && name === ''}
          aria-describedby={`${id}-problem`}
          onChange={({ target }) => {
            setTyped(target.value);
            change({ name: target.value });
          }}
          className="mt-1.5 block h-9 w-full rounded-control border border-line-strong bg-surface px-3 aria-invalid:border-denied pointer-coarse:h-11"
        />
        {isChecked && name === '' && <Invalid id={`${id}-problem`} text={t('reviews.start.nameMissing')} />}
      </div>
      <RadioChips
        label={t('reviews.start.scope')}
        choices={scopes.map((value) => ({ value, label: t(`reviews.scope.${value}`) }))}
        value={draft.scope.kind === 'instances' ? draft.scope.resource : draft.scope.kind}
        onChange={(value) =>
          change({
            scope:
              value === 'reports' || value === 'collections'
                ? { kind: 'instances', resource: value }
                : { kind: value },
          })
        }
      >
        <p className="mt-1.5 text-sm text-muted">{t('reviews.start.scopeHow')}</p>
      </RadioChips>
      <RadioChips
        label={t('reviews.reviewersTitle')}
        choices={(['role', 'users', 'owners'] as const).map((value) => ({
          value,
          label: t(`reviews.reviewers.${value}`),
        }))}
        value={draft.reviewers}
        onChange={(reviewers) => change({ reviewers })}
      >
        <p className="mt-1.5 text-sm text-muted">{t('reviews.start.reviewersHow')}</p>
      </RadioChips>
      {draft.reviewers === 'role' && roleField(t('reviews.start.role'))}
      {draft.reviewers === 'owners' && roleField(t('reviews.start.otherwise'))}
      {draft.reviewers === 'users' && (
        <div>
          <PeopleField
            people={people}
            onChange={setPeople}
            problemId={isChecked && isMissingPeople ? `${id}-people` : undefined}
          />
          {isChecked && isMissingPeople && (
            <Invalid id={`${id}-people`} text={t('reviews.start.peopleMissing')} />
          )}
        </div>
      )}
      <fieldset>
        <legend className="mb-1.5 font-medium">{t('reviews.start.due')}</legend>
        <DayField
          label={t('reviews.start.due')}
          value={day}
          onChange={setDay}
          maxSeconds={maxDue}
          problem={isChecked && !isDayValid ? t('reviews.start.dueInvalid') : null}
        />
      </fieldset>
      <RadioChips
        label={t('reviews.start.recurrence')}
        choices={(['none', 'monthly', 'quarterly'] as const).map((value) => ({
          value,
          label: t(`reviews.recurrence.${value}`),
        }))}
        value={draft.recurrence}
        onChange={(recurrence) => change({ recurrence })}
      />
      <FormFailure failed={t('reviews.failed.create')} error={create.error} />
      <div className="flex flex-wrap items-center gap-2">
        <ChangeButton type="submit" variant="primary" disabled={create.isPending}>
          {t('reviews.start.submit')}
        </ChangeButton>
        <Button variant="quiet" onClick={onClose}>
          {t('cancel')}
        </Button>
      </div>
      <p className="text-sm text-muted">{t('reviews.start.next')}</p>
    </form>
  );
}

function Invalid({ id, text }: { readonly id: string; readonly text: string }): ReactNode {
  return (
    <p id={id} role="alert" className="mt-1 text-sm text-denied">
      {text}
    </p>
  );
}
