import type { ReportContent } from './report-content.ts';

type Cell = string | number | null | readonly string[] | Readonly<Record<string, unknown>>;

/** The rows of a report as a file has them: the columns of its kind, in order, each with its value. */
export interface ContentTable {
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, Cell>>[];
}

const person = ['key', 'name', 'email', 'machine'] as const;

export function contentTable(content: ReportContent): ContentTable {
  switch (content.kind) {
    case 'access-review':
      return {
        columns: [...person, 'roles'],
        rows: content.rows.map((row) => ({ ...personCells(row), roles: row.roles })),
      };
    case 'machines':
      return {
        columns: ['key', 'name', 'roles', 'permissions'],
        rows: content.rows.map(({ key, name, roles, permissions }) => ({ key, name, roles, permissions })),
      };
    case 'dormant':
      return {
        columns: [...person, 'roles', 'lastSignInAt'],
        rows: content.rows.map((row) => ({
          ...personCells(row),
          roles: row.roles,
          lastSignInAt: row.lastSignInAt,
        })),
      };
    case 'denials':
      return {
        columns: ['key', 'name', 'permission', 'times', 'instances', 'firstAt', 'lastAt'],
        rows: content.rows.map(({ key, name, permission, times, instances, firstAt, lastAt }) => ({
          key,
          name,
          permission,
          times,
          instances,
          firstAt,
          lastAt,
        })),
      };
    default:
      return {
        columns: [
          'id',
          'at',
          'action',
          'outcome',
          'actor',
          'actorName',
          'subject',
          'subjectName',
          'resource',
          'instance',
          'before',
          'after',
        ],
        rows: content.rows.map(({ actor, subject, ...row }) => ({
          ...row,
          actor: actor?.key ?? null,
          actorName: actor?.name ?? null,
          subject: subject?.key ?? null,
          subjectName: subject?.name ?? null,
        })),
      };
  }
}

function personCells({
  key,
  name,
  email = null,
  isMachine = false,
}: Extract<ReportContent, { kind: 'access-review' }>['rows'][number]) {
  return { key, name, email, machine: isMachine ? 'yes' : null };
}
