import { isRole } from '../../policy.ts';
import type { NewReportSearch } from './filters.ts';
import type { ReportContent } from './report-types.ts';

export type Kind = ReportContent['kind'];
type Days = NonNullable<NewReportSearch['days']>;

/** In the order in which they are offered. */
export const kinds = [
  'access-review',
  'machines',
  'dormant',
  'denials',
  'changes',
] as const satisfies readonly Kind[];

/** Days that a report of a kind can be about, with those that are chosen at first. Other kinds are about now. */
export const daysOf: Readonly<
  Partial<Record<Kind, { readonly first: Days; readonly choices: readonly Days[] }>>
> = {
  dormant: { first: 90, choices: [30, 60, 90, 180, 365] },
  denials: { first: 30, choices: [7, 30, 90, 365] },
  changes: { first: 30, choices: [7, 30, 90, 365] },
};

/** The input of `reports.preview`, and of `reports.create` beside the title. */
export function requestOf({ kind: asked, days, roles = '' }: NewReportSearch) {
  const kind = kinds.find((one) => one === asked) ?? 'access-review';
  switch (kind) {
    case 'access-review':
      return { kind, roles: roles.split(',').filter(isRole) };
    case 'machines':
      return { kind };
    default:
      return { kind, days: days ?? daysOf[kind]?.first };
  }
}
