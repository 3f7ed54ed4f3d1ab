import { html, type Html, type PageRequest, ui } from '@latchkey/emulator-kit';
import { holdersOf } from '../domain/removal.ts';
import type { Environment } from '../model/environment.ts';
import type { TupleRecord } from '../model/records.ts';
import type { Show, View } from './view.ts';

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

interface Placed {
  readonly id: string;
  /** An edge leads to a later column, except where it closes a cycle. */
  readonly layer: number;
  readonly row: number;
}

/** The distance from a start node. A cycle is cut at the edge that closes it. */
function layers(nodes: readonly string[], edges: readonly Edge[]): Map<string, number> {
  const into = Map.groupBy(edges, ({ to }) => to);
  const depth = new Map<string, number>();
  const visiting = new Set<string>();
  const depthOf = (node: string): number => {
    const known = depth.get(node);
    if (known !== undefined) return known;
    if (visiting.has(node)) return -1;
    visiting.add(node);
    const found = Math.max(-1, ...(into.get(node) ?? []).map(({ from }) => depthOf(from))) + 1;
    visiting.delete(node);
    depth.set(node, found);
    return found;
  };
  for (const node of nodes) depthOf(node);
  return pullBeginnings(depth, edges);
}

/** Moves a node without incoming edges next to its successors, so that its edges do not cross empty columns. */
function pullBeginnings(depth: Map<string, number>, edges: readonly Edge[]): Map<string, number> {
  const ends = new Set(edges.map(({ to }) => to));
  for (const [node, leading] of Map.groupBy(edges, ({ from }) => from)) {
    if (ends.has(node)) continue;
    depth.set(node, Math.max(0, Math.min(...leading.map(({ to }) => depth.get(to) ?? 0)) - 1));
  }
  return depth;
}

/** Within a column, nodes stay near their predecessors. */
function place(nodes: readonly string[], edges: readonly Edge[]): Placed[] {
  const depth = layers(nodes, edges);
  const columns = Map.groupBy(nodes, (node) => depth.get(node) ?? 0);
  const into = Map.groupBy(edges, ({ to }) => to);
  const rows = new Map<string, number>();
  const placed: Placed[] = [];
  for (const [layer, column] of [...columns].toSorted(([a], [b]) => a - b)) {
    const pull = (node: string): number => {
      const parents = (into.get(node) ?? [])
        .map(({ from }) => rows.get(from))
        .filter((row) => row !== undefined);
      return parents.length === 0
        ? Number.POSITIVE_INFINITY
        : parents.reduce((sum, row) => sum + row, 0) / parents.length;
    };
    const ordered = column.toSorted((a, b) => pull(a) - pull(b) || (a < b ? -1 : 1));
    for (const [row, id] of ordered.entries()) {
      rows.set(id, row);
      placed.push({ id, layer, row });
    }
  }
  return placed;
}

const WIDTH = 160;
const HEIGHT = 44;
const GAP_X = 88;
const GAP_Y = 20;
/** The most tuples in one drawing. */
const DRAWN = 80;

function split(object: string): readonly [kind: string, key: string] {
  const colon = object.indexOf(':');
  return [object.slice(0, colon), object.slice(colon + 1)];
}

/** Without an object, the first tuples of all. */
function selectTuples(env: Environment, around: string | undefined): TupleRecord[] {
  if (around === undefined) return [...env.tuples.values()].slice(0, DRAWN);
  const found = new Set<TupleRecord>();
  const seen = new Set([around]);
  for (const object of seen) {
    for (const tuple of env.index.tuples.tuplesOf(object)) {
      if (found.size >= DRAWN) return [...found];
      found.add(tuple);
      seen.add(tuple.subject).add(tuple.object);
    }
  }
  return [...found];
}

function edgesOf(env: Environment, tuples: readonly TupleRecord[]): Edge[] {
  const edges: Edge[] = tuples.map(({ subject, relation, object }) => ({
    from: subject,
    to: object,
    label: relation,
  }));
  const objects = new Set(edges.flatMap(({ from, to }) => [from, to]));
  for (const object of objects) {
    for (const { user, role } of holdersOf(env, object).slice(0, 5)) {
      edges.push({ from: `user:${user}`, to: object, label: role });
    }
  }
  return edges;
}

const x = ({ layer }: Placed): number => 20 + layer * (WIDTH + GAP_X);
const y = ({ row }: Placed): number => 20 + row * (HEIGHT + GAP_Y);

function shorten(text: string): string {
  return text.length > 20 ? `${text.slice(0, 19)}…` : text;
}

function node(request: PageRequest<View>, placed: Placed): Html {
  const [kind, key] = split(placed.id);
  const href =
    kind === 'user'
      ? request.href(`/console/users/${encodeURIComponent(key)}`)
      : request.href('/console/graph', { around: placed.id });
  return html`<a
    href="${href}"
    class="${kind === 'user' ? 'user' : ''}"
    transform="translate(${x(placed)} ${y(placed)})"
    ><title>${placed.id}</title><rect width="${WIDTH}" height="${HEIGHT}" rx="6" /><text
      class="small"
      x="12"
      y="17"
      >${kind}</text
    ><text x="12" y="34">${shorten(key)}</text></a
  >`;
}

function edge({ label }: Edge, from: Placed, to: Placed): Html {
  const [x1, y1, x2, y2] = [x(from) + WIDTH, y(from) + HEIGHT / 2, x(to), y(to) + HEIGHT / 2];
  const bend = Math.max(32, (x2 - x1) / 2);
  return html`<path
      d="M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2 - 2} ${y2}"
      marker-end="url(#end)"
    /><text class="label small" x="${(x1 + x2) / 2}" y="${(y1 + y2) / 2 + 4}" text-anchor="middle">${label}</text>`;
}

function draw(request: PageRequest<View>, edges: readonly Edge[]): Html {
  const placed = place([...new Set(edges.flatMap(({ from, to }) => [from, to]))], edges);
  const byId = new Map(placed.map((one) => [one.id, one]));
  const width = Math.max(...placed.map(x)) + WIDTH + 20;
  const height = Math.max(...placed.map(y)) + HEIGHT + 20;
  return html`<div
    class="scroll graph"
    tabindex="0"
    role="region"
    aria-label="Relationship graph; the table below has the same content"
  >
    <svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
      <defs>
        <marker id="end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">
          <path d="M1 1 7 4 1 7" />
        </marker>
      </defs>
      ${edges.map((one) => {
        const [from, to] = [byId.get(one.from), byId.get(one.to)];
        return from && to ? edge(one, from, to) : null;
      })}${placed.map((one) => node(request, one))}
    </svg>
  </div>`;
}

export const graphPage: Show = (request) => {
  const { env } = request.state;
  const { around } = request.query;
  const tuples = selectTuples(env, around);
  const link = (object: string): Html =>
    html`<a href="${request.href('/console/graph', { around: object })}">${object}</a>`;
  const none =
    'No relationships yet. A relationship tuple links two instances, such as a folder and its document.';
  return {
    title: around === undefined ? 'Relationships' : `Around ${around}`,
    purpose:
      'Links between objects, and the users with roles on them. Where the policy derives roles, they follow the arrows.',
    ...(around !== undefined && { above: ['Relationships', request.href('/console/graph')] as const }),
    body:
      tuples.length === 0
        ? ui.empty(none)
        : html`${draw(request, edgesOf(env, tuples))}
            ${env.tuples.size > tuples.length && around === undefined ? html`<p class="muted">The first ${DRAWN} of ${env.tuples.size.toLocaleString('en')}. Open an object to see what is around it.</p>` : null}
            <h2>As a table</h2>
            ${ui.table({
              label: 'Relationship tuples',
              columns: [
                ['Subject', ({ subject }) => link(subject)],
                ['Relation', ({ relation }) => ui.code(relation)],
                ['Object', ({ object }) => link(object)],
                ['Tenant', ({ tenant }) => tenant],
              ],
              items: tuples,
            })}`,
  };
};
