import { instanceNotFound } from '../../instance-not-found.ts';
import { compareContents } from './kinds/kinds.ts';
import type { Report, ReportStore } from './report-store.ts';

/** Compares two reports of a kind. @throws `REPORT_NOT_FOUND`, `REPORT_KINDS_DIFFER` */
export async function compareReports(
  store: Pick<ReportStore, 'contentOf'>,
  reports: { readonly before: Report; readonly after: Report },
) {
  const contentOf = async ({ id }: Report) => {
    const content = await store.contentOf(id);
    if (content === undefined) throw instanceNotFound('reports', id);
    return content;
  };
  const [before, after] = [await contentOf(reports.before), await contentOf(reports.after)];
  const sideOf = ({ id, title }: Report, { request, generatedAt, total, rows }: typeof before) => ({
    id,
    title,
    request,
    generatedAt,
    isCut: total > rows.length,
  });
  return {
    before: sideOf(reports.before, before),
    after: sideOf(reports.after, after),
    differences: compareContents(before, after),
  };
}
