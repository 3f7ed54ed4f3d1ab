export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

export interface Placed {
  readonly id: string;
  /** Column, from the left; an edge leads to a later one unless it closes a cycle. */
  readonly layer: number;
  readonly row: number;
}

/** How far each node is from a beginning, cycles cut where they close. */
function layers(nodes: readonly string[], edges: readonly Edge[]): Map<string, number> {
  const into = Map.groupBy(edges, ({ to }) => to);
  const depth = new Map<string, number>();
  const visiting = new Set<string>();
  const visit = (node: string): number => {
    const known = depth.get(node);
    if (known !== undefined) return known;
    if (visiting.has(node)) return -1;
    visiting.add(node);
    const found = Math.max(-1, ...(into.get(node) ?? []).map(({ from }) => visit(from))) + 1;
    visiting.delete(node);
    depth.set(node, found);
    return found;
  };
  for (const node of nodes) visit(node);
  return pullBeginnings(depth, edges);
}

/** What nothing leads to stands right before what it leads to, so that no line crosses a column for nothing. */
function pullBeginnings(depth: Map<string, number>, edges: readonly Edge[]): Map<string, number> {
  const ends = new Set(edges.map(({ to }) => to));
  for (const [node, leading] of Map.groupBy(edges, ({ from }) => from)) {
    if (ends.has(node)) continue;
    depth.set(node, Math.max(0, Math.min(...leading.map(({ to }) => depth.get(to) ?? 0)) - 1));
  }
  return depth;
}

/** Columns by depth, and in each column the order that keeps nodes near those they come from. */
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
