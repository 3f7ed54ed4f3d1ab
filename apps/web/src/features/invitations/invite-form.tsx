import { MailX } from 'lucide-react';
import { useId, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { ChangeButton } from '../../shared/gate-button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { RadioChips } from '../../ui/chips.tsx';
import { FormFailure } from '../../shared/failure.tsx';
import { useTypedText } from '../../shared/use-typed-text.ts';
import type { InviteOptions, InviteOutcome } from './invitation-labels.tsx';
import { RoleField } from './role-field.tsx';

/** The addresses, the role, and the lifetime of the link. */
export function InviteForm(props: {
  readonly options: InviteOptions;
  readonly onInvited: (outcomes: readonly InviteOutcome[]) => void;
  readonly onCancel: () => void;
}): ReactNode {
  const { options, onInvited, onCancel } = props;
  const { mostEmails, canSendMail, lifetimes } = options;
  const { t } = useTranslation();
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useTypedText('invite-emails');
  const [isChecked, setChecked] = useState(false);
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
        : emails.length > mostEmails
          ? t('invitations.sheet.tooMany', { count: emails.length, most: mostEmails })
          : null
      : t('invitations.sheet.malformed', { text: wrong });
  const shownFault = isChecked ? fault : null;

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setChecked(true);
    if (fault === null) create.mutate({ emails: [...emails], roleId, days });
    else field.current?.focus();
  };
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-5">
      {!canSendMail && (
        <Callout tone="unknown" icon={MailX} title={t('invitations.sheet.noMail')}>
          <p className="text-sm">{t('invitations.sheet.noMailHow')}</p>
        </Callout>
      )}
      <div>
        <label htmlFor={id} className="font-medium">
          {t('invitations.sheet.emails')}
        </label>
        <textarea
          ref={field}
          id={id}
          rows={2}
          maxLength={10_000}
          value={text}
          onChange={(event) => setText(event.target.value)}
          autoCapitalize="off"
          autoComplete="off"
          spellCheck={false}
          inputMode="email"
          aria-required="true"
          aria-invalid={shownFault !== null}
          aria-describedby={`${id}-hint`}
          className="mt-1.5 field-sizing-content block max-h-40 min-h-16 w-full resize-none rounded-control border border-line-strong bg-surface px-3 py-2 aria-invalid:border-denied"
        />
        <p
          id={`${id}-hint`}
          aria-live="polite"
          className={`mt-1 text-sm wrap-anywhere ${shownFault === null ? 'text-muted' : 'text-denied'}`}
        >
          {shownFault ??
            (emails.length === 0
              ? t('invitations.sheet.emailsHint', { most: mostEmails })
              : t('invitations.sheet.count', { count: emails.length }))}
        </p>
      </div>
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
  /** Unique, in lower case, in their order. */
  readonly emails: readonly string[];
  /** Invalid entries, as they were typed. */
  readonly malformed: readonly string[];
}

/**
 * The addresses in a text that was pasted from a list, a spreadsheet or a mail (`Ann Lee <ann@example.com>`). Validated
 * by the browser, because a library would be loaded with every page. The server validates again.
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
