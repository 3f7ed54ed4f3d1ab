export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

export interface Placed {
  readonly id: string;
  /** The column, counted from the left. An edge leads to a later column, except where it closes a cycle. */
  readonly layer: number;
  readonly row: number;
}

/** The distance of each node from a start node. A cycle is cut at the edge that closes it. */
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

/** Columns by depth. Within each column, nodes are ordered so that they stay near their predecessors. */
export function place(nodes: readonly string[], edges: readonly Edge[]): Placed[] {
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
