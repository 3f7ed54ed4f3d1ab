import type { Outputs } from '../../../api/trpc.ts';
import type { ComponentProps, ReactNode } from 'react';
import { Person, nameOf } from '../../../shared/person.tsx';
import type { Column } from '../content-rows.tsx';
import type { NewReportSearch } from '../filters.ts';
import { useTranslation } from '../../../i18n/use-translation.tsx';
import { RoleBadge } from '../../../shared/role-badge.tsx';

export type Kind = ReportContent['kind'];
export type RequestOf<Of extends Kind> = ContentOf<Of>['request'];

export type RowOf<Of extends Kind> = { readonly [K in Kind]: ContentOf<K>['rows'][number] }[Of];

/** What a kind's texts are written with. */
export interface Wording extends ReturnType<typeof useTranslation> {
  readonly rolesNamed: (roles: readonly string[]) => string;
  readonly actionName: (action: string) => string;
}

export type Days = NonNullable<NewReportSearch['days']>;

/** The periods, in days, that reports of one kind can cover, and the default. */
export interface DaysChoice {
  readonly first: Days;
  readonly choices: readonly Days[];
  readonly label: 'report.form.days.period' | 'report.form.days.dormant';
  readonly each: 'report.form.lastDays' | 'report.form.someDays';
}

/** Each kind has its own file, and is listed in kinds.tsx. */
export interface ReportKindView<Of extends Kind> {
  /** Absent if the report covers the current state. */
  readonly days?: DaysChoice;
  /** The input of `reports.preview`, and of `reports.create` in addition to the title. */
  readonly requestOf: (search: NewReportSearch) => RequestOf<Of>;
  /** The options that a report was created with, as text. */
  readonly about: (request: RequestOf<Of>, wording: Wording) => string;
  readonly keyOf: (row: RowOf<Of>) => string;
  /** The first column names the row, also in a comparison. */
  readonly columns: (wording: Wording) => readonly [Column<RowOf<Of>>, ...Column<RowOf<Of>>[]];
  /** The fields of a row that can differ between two reports. */
  readonly changed: (row: RowOf<Of>, wording: Wording) => ReactNode;
}

/** The periods for kinds that read the audit log. */
export const period = {
  first: 30,
  choices: [7, 30, 90, 365],
  label: 'report.form.days.period',
  each: 'report.form.lastDays',
} as const;

export const keyOf = ({ key }: { readonly key: string }): string => key;

export function personColumn(label: string): Column<ComponentProps<typeof Person>['person']> {
  return { label, render: (row) => <Person person={row} detailed />, sortBy: nameOf };
}

export type ReportSummary = Outputs['reports']['list']['items'][number];
export type ReportContent = Outputs['reports']['get']['content'];
type ContentOf<Kind extends ReportContent['kind']> = Extract<ReportContent, { readonly kind: Kind }>;

export type Comparison = Outputs['reports']['compare'];

export type ReportCounts = NonNullable<Outputs['reports']['counts']>;

export function HeldRoles({ roles }: { readonly roles: readonly string[] }): ReactNode {
  const { t } = useTranslation();
  if (roles.length === 0) return <span className="text-muted">{t('report.page.noRoles')}</span>;
  return (
    <ul className="flex flex-wrap gap-1.5">
      {roles.map((held) => (
        <li key={held}>
          <RoleBadge role={held} />
        </li>
      ))}
    </ul>
  );
}
