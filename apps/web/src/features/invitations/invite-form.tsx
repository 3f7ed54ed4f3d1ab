import { isAboutInstallation, type AppPermission, type AppRole } from '@latchkey/policy';
import { MailX } from 'lucide-react';
import { useId, useState, type FormEvent, type ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { grantsOf } from '../../policy.ts';
import { FormFailure } from '../../shared/failure.tsx';
import { ChangeButton } from '../../shared/gate-button.tsx';
import { RoleBadge } from '../../shared/role-badge.tsx';
import { useTypedText } from '../../shared/use-typed-text.ts';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { RadioChips } from '../../ui/chips.tsx';
import { TextAreaField } from '../../ui/text-area-field.tsx';
import { useFormCheck } from '../../ui/use-form-check.ts';
import type { InviteOptions, InviteOutcome } from './invitation-parts.tsx';

export function InviteForm(props: {
  readonly options: InviteOptions;
  readonly onInvited: (outcomes: readonly InviteOutcome[]) => void;
  readonly onCancel: () => void;
}): ReactNode {
  const { options, onInvited, onCancel } = props;
  const { maxEmails, canSendMail, lifetimes } = options;
  const { t } = useTranslation();
  const [text, setText] = useTypedText('invite-emails');
  const { form, isChecked, check } = useFormCheck();
  const [roleId, setRoleId] = useState<string | null>(null);
  const [days, setDays] = useState<number>(lifetimes.default);
  const utils = trpc.useUtils();
  const create = trpc.invitations.create.useMutation({
    onSuccess(outcomes) {
      setText('');
      onInvited(outcomes);
    },
    onSettled: () => utils.invitations.invalidate(),
  });

  const { emails, malformed } = parseEmails(text);
  const [wrong] = malformed;
  const fault =
    wrong === undefined
      ? emails.length === 0
        ? t('invitations.sheet.none')
        : emails.length > maxEmails
          ? t('invitations.sheet.tooMany', { count: emails.length, most: maxEmails })
          : null
      : t('invitations.sheet.malformed', { text: wrong });

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    check();
    if (fault === null) create.mutate({ emails: [...emails], roleId, days });
  };
  return (
    <form ref={form} onSubmit={submit} noValidate className="flex flex-col gap-5">
      {!canSendMail && (
        <Callout tone="unknown" icon={MailX} title={t('invitations.sheet.noMail')}>
          <p className="text-sm">{t('invitations.sheet.noMailHow')}</p>
        </Callout>
      )}
      <TextAreaField
        label={t('invitations.sheet.emails')}
        hint={
          emails.length === 0
            ? t('invitations.sheet.emailsHint', { most: maxEmails })
            : t('invitations.sheet.count', { count: emails.length })
        }
        problem={isChecked ? fault : null}
        rows={2}
        maxLength={10_000}
        value={text}
        onChange={(event) => setText(event.target.value)}
        autoCapitalize="off"
        autoComplete="off"
        spellCheck={false}
        inputMode="email"
        aria-required="true"
        className="max-h-40 min-h-16"
      />
      <RoleField options={options} value={roleId} onChange={setRoleId} />
      <RadioChips
        label={t('invitations.sheet.ends')}
        choices={lifetimes.choices.map((count) => ({
          value: count,
          label: t('invitations.sheet.days', { count }),
        }))}
        value={days}
        onChange={setDays}
      />
      <FormFailure failed={t('invitations.failed.create')} error={create.error} />
      <div className="flex flex-wrap gap-2">
        <ChangeButton type="submit" variant="primary" disabled={create.isPending}>
          {t(canSendMail ? 'invitations.sheet.send' : 'invitations.sheet.create')}
        </ChangeButton>
        <Button variant="quiet" onClick={onCancel}>
          {t('invitations.sheet.cancel')}
        </Button>
      </div>
    </form>
  );
}

export interface ParsedEmails {
  /** Unique and in lower case, in the order of the text. */
  readonly emails: readonly string[];
  readonly malformed: readonly string[];
}

/**
 * The addresses in pasted text, for example from a spreadsheet or an email (`Ann Lee <ann@example.com>`). The browser
 * validates them, so no library is needed; the server validates them again.
 * @internal exported for tests
 */
export function parseEmails(text: string): ParsedEmails {
  const field = Object.assign(document.createElement('input'), { type: 'email' });
  const isEmail = (word: string): boolean => {
    field.value = word;
    return field.validity.valid && field.value !== '';
  };
  const emails = new Set<string>();
  const malformed = new Set<string>();
  for (const entry of text.split(/[,;\n\t]+/)) {
    const [, inBrackets] = /<([^<>]*)>\s*$/.exec(entry) ?? [];
    for (const word of (inBrackets ?? entry).trim().split(/\s+/)) {
      if (word === '') continue;
      const email = word.toLowerCase();
      if (isEmail(email)) emails.add(email);
      else malformed.add(word);
    }
  }
  return { emails: [...emails], malformed: [...malformed] };
}

function RoleField(props: {
  readonly options: Pick<InviteOptions, 'roles' | 'memberRole'>;
  /** Logto's id of the role; `null` for membership only. */
  readonly value: string | null;
  readonly onChange: (id: string | null) => void;
}): ReactNode {
  const { options, value, onChange } = props;
  const { roles, memberRole } = options;
  const { t } = useTranslation();
  const name = useId();
  const ofMembers = memberRole === null ? [] : [...grantsOf(memberRole)];
  return (
    <fieldset>
      <legend className="font-medium">{t('invitations.sheet.role')}</legend>
      <div className="mt-1.5 divide-y divide-line rounded-card border border-line bg-surface">
        <Choice name={name} isChosen={value === null} onChoose={() => onChange(null)}>
          <span className="flex flex-wrap items-center gap-2">
            {memberRole !== null && <RoleBadge role={memberRole} />}
            <span className="text-muted">{t('invitations.memberOnly')}</span>
          </span>
          <Adds label={t('invitations.sheet.memberAdds')} permissions={ofMembers} />
        </Choice>
        {roles.map(({ id, name: inLogto, role }) => (
          <Choice key={id} name={name} isChosen={value === id} onChoose={() => onChange(id)}>
            <span className="flex flex-wrap items-center gap-2">
              <RoleBadge role={role ?? inLogto} />
              {role !== null && (
                <span className="text-muted">{t('invitations.sheet.roleOf', { name: inLogto })}</span>
              )}
            </span>
            <Adds label={t('invitations.sheet.adds')} permissions={addedBy(role, memberRole)} />
          </Choice>
        ))}
      </div>
    </fieldset>
  );
}

/** Excludes permissions about the installation, which do not apply in an organization. */
function addedBy(role: AppRole | null, memberRole: AppRole | null): AppPermission[] {
  if (role === null) return [];
  return [...grantsOf(role)].filter(
    (one) => !isAboutInstallation(one) && (memberRole === null || !grantsOf(memberRole).has(one)),
  );
}

function Choice(props: {
  readonly name: string;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
  readonly children: ReactNode;
}): ReactNode {
  const { name, isChosen, onChoose, children } = props;
  return (
    <label className="flex min-h-11 cursor-pointer items-start gap-3 px-3 py-2.5">
      <input
        type="radio"
        name={name}
        checked={isChosen}
        onChange={onChoose}
        className="mt-1 size-4 shrink-0"
      />
      <span className="min-w-0">{children}</span>
    </label>
  );
}

function Adds(props: { readonly label: string; readonly permissions: readonly AppPermission[] }): ReactNode {
  const { label, permissions } = props;
  const { t, i18n } = useTranslation();
  return (
    <span className="mt-1 block text-sm text-muted">
      {permissions.length === 0
        ? t('invitations.addsNothing')
        : `${label} ${i18n.list(permissions.map((permission) => t(`permission.${permission}`)))}`}
    </span>
  );
}
