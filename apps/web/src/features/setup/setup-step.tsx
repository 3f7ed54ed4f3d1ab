import { CircleCheck, CircleDashed, CloudAlert, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { CopyButton } from '../../ui/copyable.tsx';

type State = 'done' | 'todo' | 'unknown';

const appearances: Readonly<Record<State, { readonly icon: LucideIcon; readonly ink: string }>> = {
  done: { icon: CircleCheck, ink: 'text-allowed' },
  todo: { icon: CircleDashed, ink: 'text-muted' },
  unknown: { icon: CloudAlert, ink: 'text-unknown' },
};

/** One step: whether it is done, and if not, instructions with a text to copy. */
export function SetupStep(props: {
  readonly state: State;
  readonly name: string;
  readonly how: string;
  readonly copy: string | null;
}): ReactNode {
  const { state, name, how, copy } = props;
  const { t } = useTranslation();
  const { icon: Icon, ink } = appearances[state];
  return (
    <li aria-label={name} className="flex gap-3 px-4 py-3">
      <Icon aria-hidden="true" className={`mt-0.5 size-5 shrink-0 ${ink}`} />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline justify-between gap-x-3">
          <span className="font-medium">{name}</span>
          <span className={`text-sm ${ink}`}>{t(`setup.state.${state}`)}</span>
        </p>
        {state !== 'done' && (
          <>
            <p className="mt-0.5 text-muted">{how}</p>
            {copy !== null && <Command text={copy} />}
          </>
        )}
      </div>
    </li>
  );
}

/** A shell command, shown in full so that it can be reviewed before running. */
export function Command({ text }: { readonly text: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <span className="mt-2 flex max-w-full items-center gap-2 rounded-control border border-line bg-sunken py-1 pr-1 pl-3">
      <code className="min-w-0 flex-1 font-mono text-xs wrap-anywhere">{text}</code>
      <CopyButton label={t('setup.command')} text={text} />
    </span>
  );
}
