import type { Outputs } from '../api/trpc.ts';
import type { SharedWith } from '../shared/sharing/use-change-share.ts';
import { fail, forbidden, type Answers, type Organization } from './answers.ts';

export type Report = Outputs['reports']['list']['items'][number];
type Collection = Outputs['collections']['list'][number];

const mina = { key: 'u-editor', name: 'Mina Park', isMachine: false };
const nina = { key: 'u-nina', name: 'Nina', email: 'nina@example.com', isMachine: false };

/** A draft of the editor. */
export function stubReport(more: Partial<Report> = {}): Report {
  return {
    id: 'r-1',
    title: 'Q4 review',
    kind: 'access-review',
    status: 'draft',
    classification: 'normal',
    owners: [mina],
    createdAt: '2026-11-24T09:00:00.000Z',
    publishedAt: null,
    ...more,
  };
}

export function stubCollection(more: Partial<Collection> = {}): Collection {
  const createdAt = '2026-11-24T09:00:00.000Z';
  return { id: 'c-1', title: 'Audit 2026', owners: [mina], createdAt, reports: 3, ...more };
}

/** The user who created the only report. */
export const creator: SharedWith = {
  ...mina,
  email: 'mina@example.com',
  lacks: null,
  roles: [{ role: 'owner', source: { kind: 'creator' } }],
};

const content = {
  version: 2,
  kind: 'access-review',
  request: { kind: 'access-review', roles: [] },
  generatedAt: '2026-11-24T09:00:00.000Z',
  total: 3,
  rows: [
    { key: 'u-editor', name: 'Mina Park', email: 'mina@example.com', roles: ['editor'] },
    { key: 'u-viewer', name: null, email: 'jonas@example.com', roles: ['viewer'] },
    { key: 'm-export', name: 'Nightly export', email: null, isMachine: true, roles: ['editor', 'admin'] },
  ],
} satisfies Outputs['reports']['preview'];

export function reportAnswers(organization: Organization): Pick<Answers, 'reports' | 'collections'> {
  const { reports: items, deleted, collections } = organization;
  const find = (id: string): Report => {
    const report = items.find((one) => one.id === id);
    if (report === undefined) throw fail('REPORT_NOT_FOUND');
    return report;
  };
  const change = ({ id }: { readonly id: string }, changes: Partial<Report>): Report => {
    const changed = { ...find(id), ...changes };
    items[items.indexOf(find(id))] = changed;
    return changed;
  };
  const found = ({
    status,
    search = '',
  }: {
    readonly status?: string | undefined;
    readonly search?: string | undefined;
  }) =>
    items.filter(
      (report) =>
        (status === undefined || report.status === status) &&
        report.title.toLowerCase().includes(search.toLowerCase()),
    );
  const share = (subject: string, roles: SharedWith['roles']): void => {
    const others = organization.sharedWith.filter(({ key }) => key !== subject);
    organization.sharedWith = roles.length === 0 ? others : [...others, { ...nina, lacks: null, roles }];
  };
  return {
    reports: {
      list: (filter, { tenant }) => ({
        items: tenant === 'default' ? found(filter) : [],
        nextCursor: null,
        confidentialHidden: false,
      }),
      counts: (filter) => {
        const [all, draft] = [items.length, found({ status: 'draft' }).length];
        return {
          all,
          draft,
          published: all - draft,
          confidential: 0,
          roles: { owner: all, editor: 0, reader: 0 },
          found: found(filter).length,
        };
      },
      get: ({ id }, { role }) => {
        const report = find(id);
        if (report.status === 'draft' && role === 'viewer') throw forbidden('reports:edit');
        if (report.classification === 'confidential' && role === 'viewer')
          throw forbidden('reports:view-confidential');
        return { ...report, tenant: 'default', content };
      },
      deleted: () => deleted.map(({ id, title }) => ({ id, title, left: 50_000 })),
      preview: content,
      create: ({ title }) => {
        const id = crypto.randomUUID();
        items.push(stubReport({ id, title }));
        return { id };
      },
      audience: {
        total: 509,
        byRole: [
          { role: 'viewer', people: 507 },
          { role: 'editor', people: 1 },
        ],
        owners: 1,
        shared: 1,
      },
      classifyPreview: {
        total: 60,
        people: [
          { ...mina, email: null, isOwner: true },
          { key: 'u-viewer', name: null, email: 'jonas@example.com', isMachine: false, isOwner: false },
        ],
      },
      classify: (input) => change(input, { classification: input.classification }),
      publish: (input) => change(input, { status: 'published' }),
      unpublish: (input) => change(input, { status: 'draft' }),
      rename: ({ id, title }) => change({ id }, { title }),
      remove: ({ id }) => {
        deleted.push(...items.splice(items.indexOf(find(id)), 1));
      },
      restore: ({ id }) => {
        items.push(...deleted.filter((one) => one.id === id));
      },
      access: ({ people = 200 }) => ({
        people: organization.sharedWith.slice(0, people),
        more: Math.max(0, organization.sharedWith.length - people),
        byRole: [],
        clearanceRole: 'Cleared for confidential',
      }),
      shareCandidates: [nina],
      sharePreview: ({ change: kind }) => ({
        gains: kind === 'assign' ? ['reports:publish'] : [],
        loses: kind === 'assign' ? [] : ['reports:publish', 'reports:share'],
        lacks: null,
        obstacle: null,
      }),
      share: ({ subject, role }) => {
        const by = { key: mina.key, name: mina.name };
        share(subject, [{ role, source: { kind: 'hand', by, at: '2026-11-25T09:00:00.000Z' } }]);
        return { subject, role, lacks: null };
      },
      unshare: ({ subject, role }) => {
        share(subject, []);
        return { subject, role, lacks: null };
      },
    },
    collections: {
      list: (input) => collections.filter(({ title }) => title.includes(input?.search ?? '')),
      get: ({ id }) => ({
        ...(collections.find((one) => one.id === id) ?? stubCollection({ id })),
        reports: items,
        hidden: 0,
      }),
      rename: ({ id, title }) => {
        collections.push(stubCollection({ id, title }));
        return { id, title };
      },
      addable: ({ search = '' }) => found({ search }),
      access: { people: [], more: 0, byRole: [], clearanceRole: null },
    },
  };
}
