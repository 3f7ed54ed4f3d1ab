import type { ReactNode } from 'react';
import type { NewReportSearch } from '../filters.ts';
import { ContentRows } from '../content-rows.tsx';
import { accessReview } from './access-review.tsx';
import { changes } from './changes.tsx';
import { denials } from './denials.tsx';
import { dormant } from './dormant.tsx';
import { machines } from './machines.tsx';
import type { Kind, ReportContent, ReportKindView, RequestOf, RowOf, Wording } from './report-kind.tsx';
import { useTranslation } from '../../../i18n/use-translation.tsx';
import { useActionName } from '../../../shared/use-action-name.ts';
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

function aboutOf<Of extends Kind>(kind: Of, request: RequestOf<Of>, wording: Wording): string {
  return views[kind].about(request, wording);
}

export function KindTable<Of extends Kind>(props: {
  readonly kind: Of;
  readonly rows: readonly RowOf<Of>[];
}): ReactNode {
  const { keyOf, columns } = views[props.kind];
  const wording = useWording();
  const kind: Kind = props.kind;
  const caption = wording.t(`reportKinds.${kind}.purpose`);
  return (
    <ContentRows key={kind} caption={caption} rows={props.rows} keyOf={keyOf} columns={columns(wording)} />
  );
}

interface Change<Of extends Kind> {
  readonly before: RowOf<Of>;
  readonly after: RowOf<Of>;
}

export function ChangedRows<Of extends Kind>(props: {
  readonly kind: Of;
  readonly changed: readonly Change<Of>[];
}): ReactNode {
  const { keyOf, columns, changed } = views[props.kind];
  const wording = useWording();
  const { t } = wording;
  const [{ label, render, sortBy }] = columns(wording);
  return (
    <ContentRows<Change<Of>>
      caption={t('report.compare.changed')}
      rows={props.changed}
      keyOf={({ after }) => keyOf(after)}
      columns={[
        {
          label,
          render: ({ after }) => render(after),
          ...(sortBy !== undefined && { sortBy: ({ after }) => sortBy(after) }),
        },
        { label: t('report.compare.before'), render: ({ before }) => changed(before, wording) },
        { label: t('report.compare.after'), render: ({ after }) => changed(after, wording) },
      ]}
    />
  );
}

export function useAbout(): (request: ReportContent['request']) => string {
  const wording = useWording();
  return (request) => aboutOf(request.kind, request, wording);
}

function useWording(): Wording {
  const { t, i18n } = useTranslation();
  const actionName = useActionName();
  const rolesNamed = (roles: readonly string[]) =>
    i18n.list(roles.map((role) => roleName(role, 'organization', t)));
  return { t, i18n, rolesNamed, actionName };
}
