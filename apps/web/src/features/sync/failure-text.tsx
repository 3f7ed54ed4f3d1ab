import type { ReactNode } from 'react';
import type { Translate } from '../../i18n/translate.ts';
import type { FailureCode, MassChange, RunProblem as Problem } from './sync-status.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { CopyButton } from '../../ui/copyable.tsx';

const codes = [
  'PERMIT_UNAVAILABLE',
  'PERMIT_RATE_LIMITED',
  'PERMIT_FORBIDDEN',
  'PERMIT_REFUSED',
  'LOGTO_UNAVAILABLE',
  'LOGTO_RATE_LIMITED',
  'LOGTO_FORBIDDEN',
  'LOGTO_REFUSED',
  'PAYLOAD_UNUSABLE',
  'ABANDONED',
  'INTERNAL',
] as const satisfies readonly FailureCode[];

/** An unknown code from a newer server is treated as `INTERNAL`. */
export function failureText(code: string, t: Translate): { readonly why: string; readonly todo: string } {
  const known = codes.find((one) => one === code) ?? 'INTERNAL';
  return { why: t(`sync.failure.${known}.why`), todo: t(`sync.failure.${known}.todo`) };
}

export function FailureDetail({ text }: { readonly text: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="flex items-start gap-2">
      <code className="min-w-0 font-mono text-xs leading-5 break-words">{text}</code>
      <span className="-my-1">
        <CopyButton label={t('sync.delivery.detail')} text={text} />
      </span>
    </div>
  );
}

/** "312 of 4,000 users and tenants would lose something; 400 may." */
export function MassChangeCount({ problem }: { readonly problem: MassChange }): ReactNode {
  const { t, i18n } = useTranslation();
  return t('sync.run.massChange', {
    affected: i18n.number(problem.affected),
    total: i18n.number(problem.total),
    allowed: i18n.number(problem.allowed),
  });
}

export function RunProblem({ problem }: { readonly problem: Problem }): ReactNode {
  const { t } = useTranslation();
  if (problem.code === 'SYNC_MASS_CHANGE') {
    return (
      <p>
        <MassChangeCount problem={problem} />
      </p>
    );
  }
  const { why, todo } = failureText(problem.code, t);
  return (
    <>
      <p>
        <span className="font-medium">{why}.</span> {todo}
      </p>
      <div className="mt-2 text-muted">
        <FailureDetail text={problem.message} />
      </div>
    </>
  );
}
