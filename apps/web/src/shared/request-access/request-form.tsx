import { Plus } from 'lucide-react';
import { useEffect, useId, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { errorCodeOf } from '../../api/api-error.ts';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { Button } from '../../ui/button.tsx';
import { recoverFocus } from '../../ui/focus-main.ts';
import { TextAreaField } from '../../ui/text-area-field.tsx';
import { useFormCheck } from '../../ui/use-form-check.ts';
import { ChangeButton } from '../gate-button.tsx';
import {
  durationChoices,
  DurationField,
  maxDuration,
  secondsFrom,
  type ChosenDuration,
} from '../duration-field.tsx';
import { FormFailure } from '../failure.tsx';
import type { AccessTarget, SheetContent } from './use-request-sheet.ts';
import { RoleBadge } from '../role-badge.tsx';
import { useTypedText } from '../use-typed-text.ts';
import { isShown } from '../../policy.ts';
import { PermissionList } from './permission-list.tsx';
import { isObstacle, RequestObstacle } from './request-obstacle.tsx';
import { useApproversText } from './use-approvers-text.ts';

const maxReason = 1_000;

type NewRequest = Extract<SheetContent, { readonly kind: 'new' }>;

export function RequestForm(
  props: NewRequest & { readonly onSent: (id: string) => void; readonly onCancel: () => void },
): ReactNode {
  const { targets, permission, on, title, onSent, onCancel } = props;
  const { t } = useTranslation();
  const reasonField = useRef<HTMLTextAreaElement>(null);
  // "Request again" is removed when it opens this form.
  useEffect(() => recoverFocus(reasonField.current), []);
  const [target, setTarget] = useState<AccessTarget>(targets[0]);
  const key = targets.map(nameOf).join();
  const [reason, setReason] = useTypedText(`reason:${key}`, props.reason);
  const [duration, setDuration, forgetDuration] = useStoredDuration(key);
  const { form, isChecked, check } = useFormCheck();
  const utils = trpc.useUtils();
  const approversText = useApproversText();
  const preview = trpc.requests.preview.useQuery({ target, permission, on });
  const problem = useProblem(preview);

  const adds = preview.data?.adds.filter((one) => one === permission || isShown(one));
  const max = preview.data?.durations.max ?? maxDuration;
  const seconds = secondsFrom(duration, max);
  const reasonMissing = reason.trim() === '';

  const create = trpc.requests.create.useMutation({
    onSuccess: async (request) => {
      setReason('');
      forgetDuration();
      onSent(request.id);
      await utils.requests.invalidate();
    },
    onError: (error) => {
      if (isObstacle(errorCodeOf(error))) void utils.requests.invalidate();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    check();
    if (!reasonMissing && seconds !== undefined)
      create.mutate({ target, reason: reason.trim(), duration: seconds, permission, on });
  };

  return (
    <form ref={form} onSubmit={submit} noValidate className="flex flex-col gap-5">
      <WhatField targets={targets} title={title} value={target} onChange={setTarget} />
      {adds?.length !== 0 && (
        <section>
          <h3 className="font-medium">{t('requestAccess.adds')}</h3>
          <div className="mt-1 min-h-7">
            {adds === undefined ? (
              problem === null ? (
                <span className="skeleton mt-1.5 block h-4 w-48" />
              ) : (
                <p role="alert" className="text-muted">
                  {t('requestAccess.previewFailed')}
                </p>
              )
            ) : (
              <PermissionList permissions={adds} icon={Plus} tone="neutral" />
            )}
          </div>
          {target.kind === 'instance' && target.resource === 'collections' && (
            <p className="mt-1 text-muted">{t('requestAccess.passedDown')}</p>
          )}
        </section>
      )}
      {preview.data?.obstacle === undefined || preview.data.obstacle === null ? (
        <>
          <TextAreaField
            ref={reasonField}
            label={t('requestAccess.why')}
            hint={t('requestAccess.whyHint')}
            problem={isChecked && reasonMissing ? t('requestAccess.whyMissing') : null}
            maxLength={maxReason}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            aria-required="true"
          />
          <DurationField
            value={duration}
            onChange={setDuration}
            forGood={preview.data?.durations.forGood ?? true}
            maxSeconds={max}
            invalid={isChecked && seconds === undefined}
          />
          <section>
            <h3 className="font-medium">{t('requestAccess.who')}</h3>
            <p className="text-muted">
              {preview.data === undefined ? (
                <span className="skeleton inline-block h-4 w-40 align-middle" />
              ) : (
                approversText.names(preview.data.approvers)
              )}{' '}
              {preview.data?.approvalsNeeded === 2 && t('requestAccess.twoApprovals')}
            </p>
          </section>
          <FormFailure
            failed={t('requestAccess.failed')}
            error={create.error}
            known={{ REQUEST_LIMIT: t('requestAccess.limit') }}
          />
          <div className="flex flex-wrap gap-2">
            <ChangeButton type="submit" variant="primary" disabled={create.isPending}>
              {t('requestAccess.send')}
            </ChangeButton>
            <Button variant="quiet" onClick={onCancel}>
              {t('cancel')}
            </Button>
          </div>
        </>
      ) : (
        <RequestObstacle obstacle={preview.data.obstacle} target={target} onShow={onSent} />
      )}
    </form>
  );
}

function nameOf(target: AccessTarget): string {
  return target.kind === 'role' ? target.role : `${target.id}#${target.role}`;
}

function useStoredDuration(
  form: string,
): [ChosenDuration, choose: (value: ChosenDuration) => void, forget: () => void] {
  const [stored, store] = useTypedText(`duration:${form}`);
  const [choice, day = ''] = stored.split(' ');
  return [
    { choice: durationChoices.find((one) => one === choice) ?? 'week', day },
    (value) => store(`${value.choice} ${value.day}`),
    () => store(''),
  ];
}

function WhatField(props: {
  readonly targets: readonly AccessTarget[];
  readonly title: string | undefined;
  readonly value: AccessTarget;
  readonly onChange: (target: AccessTarget) => void;
}): ReactNode {
  const { targets, title, value, onChange } = props;
  const { t } = useTranslation();
  const name = useId();
  if (targets.length === 1) {
    return (
      <div>
        <h3 className="font-medium">{t('requestAccess.what')}</h3>
        <p className="mt-1.5">
          <TargetName target={value} title={title} />
        </p>
      </div>
    );
  }
  return (
    <fieldset>
      <legend className="font-medium">{t('requestAccess.what')}</legend>
      <div className="mt-1.5 divide-y divide-line rounded-card border border-line bg-surface">
        {targets.map((target) => (
          <label
            key={`${target.kind} ${target.role}`}
            className="flex min-h-11 cursor-pointer items-center gap-3 px-3 py-2"
          >
            <input
              type="radio"
              name={name}
              checked={target === value}
              onChange={() => onChange(target)}
              className="size-4 shrink-0"
            />
            <TargetName target={target} title={title} />
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function TargetName({
  target,
  title,
}: {
  readonly target: AccessTarget;
  readonly title: string | undefined;
}): ReactNode {
  const { t } = useTranslation();
  return target.kind === 'role' ? (
    <span className="inline-flex flex-wrap items-center gap-2">
      <RoleBadge role={target.role} />
      <span className="text-muted">{t('requestAccess.inOrganization')}</span>
    </span>
  ) : (
    <span className="inline-flex flex-wrap items-center gap-x-2">
      {t(`requestAccess.onThis.${target.resource}.${target.role}`)}
      {title !== undefined && <span className="wrap-anywhere text-muted">{title}</span>}
    </span>
  );
}
