import type { AnyTRPCProcedure } from '@trpc/server';
import { z } from 'zod';
import { reportRoles } from '../policy.ts';
import type { Access, SharedWith, SharePreview } from '../shared/sharing/use-change-share.ts';
import {
  ById,
  fail,
  forbidden,
  isAdmin,
  isEditor,
  noRole,
  type StubProcedures,
  type StubState,
} from './stub-procedures.ts';

const collection = {
  title: 'Audit 2026',
  owners: [{ key: 'u-editor', name: 'Mina Park', isMachine: false }],
  createdAt: '2026-11-24T09:00:00.000Z',
};

export type StubCollection = ReturnType<typeof stubCollection>;

export function stubCollection(more: { readonly id: string; readonly title: string }) {
  return { ...collection, ...more, reports: 3 };
}

/** The collection procedures: every id exists and has every report. Viewers have no role on any. */
export function stubCollections(
  { gated }: StubProcedures,
  { reports, collections }: { readonly reports: StubReport[]; readonly collections: StubCollection[] },
): Record<string, AnyTRPCProcedure> {
  const titles = new Map<string, string>();
  return {
    list: gated
      .input(z.object({ search: z.string().default('') }))
      .query(({ input: { search } }) => collections.filter(({ title }) => title.includes(search))),
    get: gated.input(ById).query(({ ctx, input: { id } }) => {
      if (!isEditor(ctx.token) && !isAdmin(ctx.token)) throw forbidden('collections:view', ['admin']);
      return { ...collection, title: titles.get(id) ?? collection.title, id, reports, hidden: 0 };
    }),
    rename: gated.input(ById.extend({ title: z.string() })).mutation(({ input: { id, title } }) => {
      titles.set(id, title);
      return { id, title };
    }),
    remove: gated.input(ById).mutation(({ input }) => input),
    removeReport: gated.input(ById).mutation(({ input }) => input),
    add: gated.input(ById).mutation(({ input }) => input),
    addable: gated
      .input(ById.extend({ search: z.string() }))
      .query(({ input: { search } }) => reports.filter(({ title }) => title.includes(search))),
    access: gated.input(ById).query(() => ({ people: [], more: 0, byRole: [] })),
  };
}

const editorId = 'u-editor';

export interface StubReport {
  readonly id: string;
  title: string;
  readonly kind: string;
  status: 'draft' | 'published';
  classification: 'normal' | 'confidential';
  owners: readonly { readonly key: string; readonly name: string; readonly isMachine: boolean }[] | null;
  readonly createdAt: string;
  readonly publishedAt: string | null;
}

/** One draft of the editor. */
export function createStubReports(): StubReport[] {
  return [
    {
      id: 'r-1',
      title: 'Q4 review',
      kind: 'access-review',
      status: 'draft',
      classification: 'normal',
      owners: [{ key: editorId, name: 'Mina Park', isMachine: false }],
      createdAt: '2026-11-24T09:00:00.000Z',
      publishedAt: null,
    },
  ];
}

/** The report procedures. */
export function stubReports(
  { gated }: StubProcedures,
  state: StubState & { readonly reports: StubReport[]; readonly deletedReports: StubReport[] },
) {
  const { reports, deletedReports: deleted } = state;
  const reportMembers = [
    { key: editorId, name: 'Mina Park', email: 'mina@example.com', roles: ['editor'] },
    { key: 'u-viewer', name: null, email: 'jonas@example.com', roles: ['viewer'] },
    { key: 'm-export', name: 'Nightly export', email: null, isMachine: true, roles: ['editor', 'admin'] },
  ];
  const reviewAt = (generatedAt: string) => ({
    version: 2,
    kind: 'access-review',
    request: { kind: 'access-review', roles: [] },
    generatedAt,
    total: reportMembers.length,
    rows: reportMembers,
  });
  const Filter = z.object({ status: z.string().optional(), search: z.string().default('') });
  const found = ({ status, search }: z.infer<typeof Filter>): StubReport[] =>
    reports.filter(
      (report) =>
        (status === undefined || report.status === status) &&
        report.title.toLowerCase().includes(search.toLowerCase()),
    );
  return {
    list: gated.input(Filter).query(({ ctx, input }) => {
      if (state.roleless) throw fail(noRole);
      const items = ctx.token.includes('@') ? [] : found(input);
      return { items, nextCursor: null, confidentialHidden: false };
    }),
    counts: gated.input(Filter).query(({ input }) => {
      const draft = reports.filter(({ status }) => status === 'draft').length;
      const all = reports.length;
      const roles = { owner: all, editor: 0, reader: 0 };
      return {
        all,
        draft,
        published: all - draft,
        confidential: 0,
        roles,
        found: found(input).length,
      };
    }),
    get: gated.input(ById).query(({ ctx, input }) => {
      const report = reports.find(({ id }) => id === input.id);
      if (state.roleless) throw fail(noRole);
      if (state.refusedInputs.has(input.id)) throw fail({ status: 'BAD_REQUEST', code: 'BAD_REQUEST' });
      if (report === undefined) throw fail({ status: 'NOT_FOUND', code: 'REPORT_NOT_FOUND' });
      if (report.status === 'draft' && !isEditor(ctx.token)) throw forbidden('reports:edit', ['admin']);
      if (report.classification === 'confidential' && !isEditor(ctx.token))
        throw forbidden('reports:view-confidential', ['admin']);
      return {
        ...report,
        tenant: 'default',
        content: reviewAt(report.createdAt),
      };
    }),
    deleted: gated.query(() => deleted.map(({ id, title }) => ({ id, title, left: 50_000 }))),
    preview: gated.query(() => reviewAt('2026-11-24T09:00:00.000Z')),
    create: gated.input(z.object({ title: z.string() })).mutation(({ input: { title } }) => {
      const id = `r-${reports.length + 1}`;
      reports.push({ ...reports[0]!, id, title });
      return { id };
    }),
    audience: gated.input(ById).query(() => ({
      total: 509,
      byRole: [
        { role: 'viewer', people: 507 },
        { role: 'editor', people: 1 },
      ],
      owners: 1,
      shared: 1,
    })),
    classifyPreview: gated.input(ById).query(() => ({
      total: 60,
      people: [
        { key: editorId, name: 'Mina Park', email: null, isMachine: false, isOwner: true },
        { key: 'u-viewer', name: null, email: 'jonas@example.com', isMachine: false, isOwner: false },
      ],
    })),
    classify: gated.input(ById.extend({ classification: z.string() })).mutation(({ input }) => input),
    publish: gated.input(ById).mutation(({ input }) => {
      for (const report of reports) if (report.id === input.id) report.status = 'published';
    }),
    unpublish: gated.input(ById).mutation(({ input }) => {
      for (const report of reports) if (report.id === input.id) report.status = 'draft';
    }),
    rename: gated.input(ById.extend({ title: z.string() })).mutation(({ input: { id, title } }) => {
      for (const report of reports) if (report.id === id) report.title = title;
      return { id, title };
    }),
    remove: gated.input(ById).mutation(({ input }) => {
      const place = reports.findIndex(({ id }) => id === input.id);
      deleted.push(...reports.splice(place, 1));
    }),
    restore: gated.input(ById).mutation(({ input }) => {
      reports.push(...deleted.filter(({ id }) => id === input.id));
    }),
  };
}

const RoleOn = ById.extend({ subject: z.string(), role: z.enum(reportRoles) });
const creator: SharedWith = {
  key: 'u-editor',
  name: 'Mina Park',
  email: 'mina@example.com',
  isMachine: false,
  lacks: null,
  roles: [{ role: 'owner', source: { kind: 'creator' } }],
};
const candidate = { key: 'u-nina', name: 'Nina', email: 'nina@example.com', isMachine: false };

export interface StubShares {
  people: SharedWith[];
  byRole: Access['byRole'];
  /** What a user who gets a role still lacks. */
  lacks: { readonly code: 'NOT_CLEARED'; readonly logtoRole: string } | null;
  /** The code that refuses a change. */
  refusal: string | null;
  obstacle: SharePreview['obstacle'];
  /** Resolves before a change is made. */
  held: Promise<void>;
}

export function createStubShares(): StubShares {
  return {
    people: [creator],
    byRole: [],
    lacks: null,
    refusal: null,
    obstacle: null,
    held: Promise.resolve(),
  };
}

/** The sharing procedures of the only report. */
export function stubShareProcedures(
  { gated }: StubProcedures,
  shares: StubShares,
): Record<string, AnyTRPCProcedure> {
  const change = async ({ subject, role }: z.output<typeof RoleOn>, isGiven: boolean) => {
    await shares.held;
    if (shares.refusal !== null) throw fail({ status: 'CONFLICT', code: shares.refusal });
    const others = shares.people.filter(({ key }) => key !== subject);
    const by = { key: 'u-editor', name: 'Mina Park' };
    const source = { kind: 'hand', by, at: '2026-11-25T09:00:00.000Z' } as const;
    shares.people = isGiven
      ? [...others, { ...candidate, lacks: shares.lacks?.code ?? null, roles: [{ role, source }] }]
      : others;
    return { subject, role, lacks: isGiven ? shares.lacks : null };
  };
  return {
    access: gated.input(ById.extend({ people: z.number().default(200) })).query(({ input }): Access => ({
      people: shares.people.slice(0, input.people),
      more: Math.max(0, shares.people.length - input.people),
      byRole: shares.byRole,
      clearanceRole: 'Cleared for confidential',
    })),
    shareCandidates: gated.input(ById.extend({ search: z.string() })).query(() => [candidate]),
    sharePreview: gated.input(RoleOn.extend({ change: z.string() })).query(({ input }) => ({
      gains: input.change === 'assign' ? ['reports:publish'] : [],
      loses: input.change === 'assign' ? [] : ['reports:publish', 'reports:share'],
      lacks: input.change === 'assign' ? shares.lacks : null,
      obstacle: shares.obstacle,
    })),
    share: gated.input(RoleOn).mutation(({ input }) => change(input, true)),
    unshare: gated.input(RoleOn).mutation(({ input }) => change(input, false)),
  };
}
