import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareContents, type ReportContent, type ReportKind } from './kinds.ts';

type Row = Readonly<Record<string, unknown>>;

const moment = '2026-11-27T12:00:00.000Z';
const person = { key: fc.constantFrom('ann', 'bob', 'cy', 'dot', 'constructor'), name: fc.constant(null) };
const roles = fc.uniqueArray(fc.constantFrom('viewer', 'editor', 'admin', '__proto__'));
const permission = fc.constantFrom('reports:view', 'reports:create', 'audit:view');

/** For each kind: an arbitrary row, the fields that identify it, and the fields that are compared. */
const kinds = {
  'access-review': { row: fc.record({ ...person, roles }), id: ['key'], value: ['roles'] },
  machines: {
    row: fc.record({ ...person, roles, permissions: fc.uniqueArray(permission) }),
    id: ['key'],
    value: ['roles', 'permissions'],
  },
  dormant: {
    row: fc.record({ ...person, roles, lastSignInAt: fc.constantFrom(null, moment) }),
    id: ['key'],
    value: ['roles', 'lastSignInAt'],
  },
  denials: {
    row: fc.record({ ...person, permission, times: fc.nat(2), instances: fc.nat(2), lastAt: fc.nat(2) }),
    id: ['key', 'permission'],
    value: ['times', 'instances'],
  },
  changes: {
    row: fc.record({ id: fc.constantFrom('1', '2', '3', 'constructor'), at: fc.constant(moment) }),
    id: ['id'],
    value: [],
  },
} as const satisfies Record<ReportKind, { row: fc.Arbitrary<Row>; id: string[]; value: string[] }>;

const reverse = (value: unknown): unknown => (Array.isArray(value) ? value.toReversed() : value);

const pick = (row: Row, names: readonly string[]): string =>
  JSON.stringify(
    names.map((name) => (Array.isArray(row[name]) ? row[name].map(String).toSorted() : row[name])),
  );

const laws = Object.entries(kinds).map(([kind, { row, id, value }]) => {
  const idOf = (of: object): string => pick({ ...of }, id);
  return {
    kind,
    idOf,
    valueOf: (of: object): string => pick({ ...of }, value),
    rows: fc.uniqueArray<Row, string>(row, { selector: idOf }),
  };
});

const contentOf = (kind: string, rows: readonly Row[]): ReportContent => {
  const content: unknown = {
    version: 2,
    kind,
    request: { kind },
    generatedAt: moment,
    total: rows.length,
    rows,
  };
  return content as ReportContent; // oxlint-disable-line typescript/no-unsafe-type-assertion -- the rows are of the kind
};

test.each(laws)(
  '$kind: comparing a report with itself finds no difference, in any order',
  ({ kind, rows }) => {
    fc.assert(
      fc.property(rows, fc.nat(), (some, turn) => {
        const turned = some.map((row) =>
          Object.fromEntries(Object.entries(row).map(([name, value]) => [name, reverse(value)])),
        );
        const other = [...turned.slice(turn % 5), ...turned.slice(0, turn % 5)];
        expect(compareContents(contentOf(kind, some), contentOf(kind, other))).toEqual({
          kind,
          added: [],
          removed: [],
          changed: [],
        });
      }),
    );
  },
);

test.each(laws)('$kind: applying the differences to the first report gives the second', (law) => {
  const { kind, rows, idOf, valueOf } = law;
  const mapOf = (of: readonly object[]) => new Map(of.map((row) => [idOf(row), valueOf(row)]));
  fc.assert(
    fc.property(rows, rows, (one, other) => {
      const { added, removed, changed } = compareContents(contentOf(kind, one), contentOf(kind, other));
      const made = mapOf(one);
      for (const row of removed) expect(made.delete(idOf(row))).toBe(true);
      for (const row of added) {
        expect(made.has(idOf(row))).toBe(false);
        made.set(idOf(row), valueOf(row));
      }
      for (const { before, after } of changed) {
        expect(idOf(before)).toBe(idOf(after));
        expect(made.get(idOf(before))).toBe(valueOf(before));
        expect(valueOf(after)).not.toBe(valueOf(before));
        made.set(idOf(after), valueOf(after));
      }
      expect(made).toEqual(mapOf(other));
    }),
  );
});
