import { Clock, Hand, KeyRound, type LucideIcon } from 'lucide-react';
import type { I18n } from '../../i18n/i18n.ts';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { RoleBadge } from '../../shared/role-badge.tsx';
import type { MemberRole } from './member.ts';
import { dateFormat } from '../../ui/format-time.ts';

type Source = MemberRole['source'];

/** The default role is the expected source, so it has no marker. */
const marks: Readonly<Record<Exclude<Source['kind'], 'default'>, LucideIcon>> = {
  logto: KeyRound,
  request: Clock,
  hand: Hand,
};

/** A role with a small marker of its source, as text for screen readers and in the tooltip. */
export function SourcedRole(props: {
  readonly held: MemberRole;
  /** Inactive while the user is suspended. */
  readonly isSuspended?: boolean;
}): ReactNode {
  const {
    held: { role, source },
    isSuspended = false,
  } = props;
  const { i18n } = useTranslation();
  const from = sourceText(source, i18n);
  const Mark = source.kind === 'default' ? null : marks[source.kind];
  return (
    <span title={from} className={isSuspended ? 'opacity-60' : ''}>
      <RoleBadge role={role}>
        {Mark !== null && <Mark aria-hidden="true" className="size-3 text-muted" />}
        <span className="sr-only">({from})</span>
      </RoleBadge>
    </span>
  );
}

function sourceText(source: Source, { t, language }: I18n): string {
  const date = (at: string): string => dateFormat(language, { dateStyle: 'medium' }).format(new Date(at));
  switch (source.kind) {
    case 'request':
      return source.endsAt === null
        ? t('members.from.request')
        : t('members.from.requestUntil', { date: date(source.endsAt) });
    case 'hand':
      return source.by === null || source.at === null
        ? t('members.from.hand')
        : t('members.from.handBy', {
            name: source.by.name ?? t('members.somebody'),
            date: date(source.at),
          });
    default:
      return t(`members.from.${source.kind}`);
  }
}
