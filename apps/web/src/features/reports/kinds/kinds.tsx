import type { ReactNode } from 'react';
import type { NewReportSearch } from '../filters.ts';
import { accessReview } from './access-review.tsx';
import { changes } from './changes.tsx';
import { denials } from './denials.tsx';
import { dormant } from './dormant.tsx';
import { machines } from './machines.tsx';
import type { Kind, KindRows, ReportKindView, RequestOf, ReportContent } from './report-kind.tsx';
import { useTranslation } from '../../../i18n/use-translation.tsx';
import { roleName } from '../../../shared/role-badge.tsx';

const views: { readonly [Of in Kind]: ReportKindView<Of> } = {
  'access-review': accessReview,
  machines,
  dormant,
  denials,
  changes,
};

/** In display order. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table's own keys
export const kinds = Object.keys(views) as readonly Kind[];

function kindOf({ kind: asked }: NewReportSearch): Kind {
  return kinds.find((one) => one === asked) ?? 'access-review';
}

export const requestOf = (search: NewReportSearch) => views[kindOf(search)].requestOf(search);

export const daysOf = (kind: Kind) => views[kind].days;

type Wording = Parameters<ReportKindView<Kind>['about']>[1];

function aboutOf<Of extends Kind>(kind: Of, request: RequestOf<Of>, wording: Wording): string {
  return views[kind].about(request, wording);
}

export function KindTable<Of extends Kind>({ kind, rows }: KindRows<Of> & { readonly kind: Of }): ReactNode {
  const { Table } = views[kind];
  return <Table rows={rows} />;
}

export function ChangedValue<Of extends Kind>({
  kind,
  row,
}: {
  readonly kind: Of;
  readonly row: KindRows<Of>['rows'][number];
}): ReactNode {
  const { Changed } = views[kind];
  return <Changed row={row} />;
}

export function useAbout(): (request: ReportContent['request']) => string {
  const { t, i18n } = useTranslation();
  const rolesNamed = (roles: readonly string[]) =>
    i18n.list(roles.map((role) => roleName(role, 'organization', t)));
  return (request) => aboutOf(request.kind, request, { t, rolesNamed });
}
