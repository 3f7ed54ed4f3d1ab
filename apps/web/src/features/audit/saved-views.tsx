import { useNavigate } from '@tanstack/react-router';
import { BookmarkPlus, Pencil, Trash2, type LucideIcon } from 'lucide-react';
import { useEffect, useId, useRef, useState, type FormEvent, type ReactNode } from 'react';
import * as v from 'valibot';
import { trpc, type Outputs } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { useFailureNotice, useFailureText } from '../../shared/failure.tsx';
import { useTypedText } from '../../shared/use-typed-text.ts';
import { chipRow, filterChip, filterChipChosen } from '../../ui/chips.tsx';
import { notify } from '../../ui/notice.tsx';
import { ChipSelect } from '../../ui/select.tsx';
import { AuditFilter } from './audit-questions.ts';

export type SavedView = Outputs['audit']['views'][number];

export function SavedViews({ filter }: { readonly filter: AuditFilter }): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data: views, isError } = trpc.audit.views.useQuery();
  const change = useChangeViews();
  /** `new`, or the id of the view that is being renamed. */
  const [form, setForm] = useState<string | null>(null);
  const group = useRef<HTMLFieldSetElement>(null);
  const shown = views?.find((view) => textOf(filterOf(view.filter)) === textOf(filter));
  /** The focused element is unmounted, so the group takes the focus. */
  const focusGroup = (): void => group.current?.focus({ preventScroll: true });
  const close = (): void => {
    setForm(null);
    focusGroup();
  };
  return (
    <fieldset ref={group} tabIndex={-1} aria-label={t('audit.views.title')} className="max-w-full min-w-0">
      {form === 'new' ? (
        <ViewForm
          field={form}
          onSubmit={(name) => change.save({ name, filter: savedOf(filter) })}
          onClose={close}
        />
      ) : form !== null && form === shown?.id ? (
        <ViewForm
          field={form}
          initial={shown.name}
          onSubmit={(name) => change.rename(shown, name)}
          onClose={close}
        />
      ) : (
        <div className={chipRow}>
          <ChipSelect
            label={t('audit.views.choose')}
            any={t(
              isError
                ? 'audit.views.failed.list'
                : views?.length === 0
                  ? 'audit.views.none'
                  : 'audit.views.title',
            )}
            value={shown?.id}
            choices={views?.map(({ id }) => id) ?? []}
            nameOf={(id) => views?.find((view) => view.id === id)?.name ?? id}
            onChange={(id) => {
              const chosen = views?.find((view) => view.id === id);
              void navigate({ to: '/audit', search: chosen === undefined ? {} : filterOf(chosen.filter) });
            }}
          />
          {shown === undefined ? (
            <ViewButton icon={BookmarkPlus} text={t('audit.views.save')} onClick={() => setForm('new')} />
          ) : (
            <>
              <ViewButton icon={Pencil} text={t('audit.views.rename')} onClick={() => setForm(shown.id)} />
              <ViewButton
                icon={Trash2}
                text={t('audit.views.remove')}
                onClick={() => void change.remove(shown).then(focusGroup)}
              />
            </>
          )}
        </div>
      )}
    </fieldset>
  );
}

function ViewButton(props: {
  readonly icon: LucideIcon;
  readonly text: string;
  readonly onClick: () => void;
}): ReactNode {
  const { icon: Icon, text, onClick } = props;
  return (
    <button type="button" onClick={onClick} className={filterChip}>
      <Icon aria-hidden="true" className="size-3.5" />
      {text}
    </button>
  );
}

/** Parses the filter of a saved view, which an older or newer console may have saved. */
function filterOf(saved: Readonly<Record<string, string>>): AuditFilter {
  return v.parse(AuditFilter, saved);
}

function savedOf(filter: AuditFilter): Record<string, string> {
  return Object.fromEntries(
    Object.entries(filter).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
  );
}

function textOf(filter: AuditFilter): string {
  return JSON.stringify(v.parse(AuditFilter, filter));
}

/** Each function resolves when the list shows the change. */
function useChangeViews() {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const onSettled = (): Promise<void> => utils.audit.views.invalidate();
  const saveView = trpc.audit.saveView.useMutation({ onSettled });
  const renameView = trpc.audit.renameView.useMutation({ onSettled });
  const removeView = trpc.audit.removeView.useMutation({ onSettled });
  const noticeOf = (text: string, undo: () => Promise<unknown>): void =>
    notify({
      tone: 'done',
      text,
      action: {
        label: t('undo'),
        run: () => void undo().catch((error: unknown) => notifyFailure(t('audit.views.failed.undo'), error)),
      },
    });
  return {
    /** @throws when the server rejects the view */
    async save(view: Omit<SavedView, 'id'>): Promise<void> {
      await saveView.mutateAsync(view);
    },
    /** @throws when the server rejects the name */
    async rename({ id, name: before }: SavedView, name: string): Promise<void> {
      if (name === before) return;
      await renameView.mutateAsync({ id, name });
      noticeOf(t('audit.views.renamed', { name }), () => renameView.mutateAsync({ id, name: before }));
    },
    async remove({ id, name, filter }: SavedView): Promise<void> {
      try {
        await removeView.mutateAsync({ id });
        noticeOf(t('audit.views.removed', { name }), () => saveView.mutateAsync({ name, filter }));
      } catch (error) {
        notifyFailure(t('audit.views.failed.remove'), error);
      }
    },
  };
}

function ViewForm(props: {
  readonly field: string;
  readonly initial?: string;
  /** @throws when the server rejects the name */
  readonly onSubmit: (name: string) => Promise<void>;
  readonly onClose: () => void;
}): ReactNode {
  const { field, initial, onSubmit, onClose } = props;
  const { t } = useTranslation();
  const failureText = useFailureText();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [name, setName] = useTypedText(`audit-view:${field}`, initial);
  const [problem, setProblem] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);
  useEffect(() => {
    input.current?.focus({ preventScroll: true });
    input.current?.select();
  }, []);
  const close = (): void => {
    setName('');
    onClose();
  };
  const refuse = (why: string | null): void => {
    setProblem(why);
    input.current?.focus();
  };
  const submit = async (): Promise<void> => {
    if (name.trim() === '') return refuse(t('audit.views.problem.missing'));
    setProblem(null);
    setSending(true);
    try {
      await onSubmit(name.trim());
      close();
    } catch (error) {
      refuse(
        failureText(t('audit.views.failed.save'), error, {
          VIEW_NAME_TAKEN: t('audit.views.problem.VIEW_NAME_TAKEN'),
          VIEW_LIMIT: t('audit.views.problem.VIEW_LIMIT'),
        }),
      );
    } finally {
      setSending(false);
    }
  };
  return (
    <form
      noValidate
      aria-label={t('audit.views.form')}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        if (!isSending) void submit();
      }}
      className="flex flex-wrap items-center gap-2"
    >
      <label htmlFor={id} className="text-sm font-medium">
        {t('audit.views.name')}
      </label>
      <input
        ref={input}
        id={id}
        value={name}
        maxLength={80}
        autoComplete="off"
        onChange={({ target }) => {
          setName(target.value);
          setProblem(null);
        }}
        onKeyDown={({ key, nativeEvent }) => {
          // During IME composition of Korean text, Escape belongs to the composition.
          if (key === 'Escape' && !nativeEvent.isComposing) close();
        }}
        aria-invalid={problem !== null}
        aria-describedby={`${id}-problem`}
        className="h-8 w-48 min-w-0 rounded-control border border-line-strong bg-surface px-2.5 text-sm aria-invalid:border-denied pointer-coarse:h-11"
      />
      <button type="submit" aria-disabled={isSending} className={`${filterChip} ${filterChipChosen}`}>
        {t('audit.views.submit')}
      </button>
      <button type="button" onClick={close} className={filterChip}>
        {t('cancel')}
      </button>
      <p id={`${id}-problem`} aria-live="polite" className="w-full text-sm text-denied empty:hidden">
        {problem}
      </p>
    </form>
  );
}
