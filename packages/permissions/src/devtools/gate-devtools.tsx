import { styles } from './styles.ts';
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import type { Policy } from '../core/policy.ts';
import type { Ask, GateStore } from '../react/gate-store.ts';
import { elementsOf } from './find-gates.ts';
import { gateRows, type GateRow } from './gate-rows.ts';
import { createPreviewAsk, previewRoles, type GateTable } from './preview-ask.ts';
import { usePicking } from './use-picking.ts';

/** Milliseconds between two reads of the page's gates. */
const interval = 250;

/** Props of `<GateDevtools>`. */
export interface GateDevtoolsProps<Permission extends string, Role extends string> {
  /** The policy of the page's gates. */
  readonly policy: Policy;
  /** The gate store of the page: the result of `useGateStore()` of `createPermissionsReact`. */
  readonly store: GateStore<Permission, Role>;
  /**
   * What each procedure requires, by path: the result of `gatesOf(router)`. Previews need it, and so does the permission
   * column for allowed gates. Omit it for pages without tRPC.
   */
  readonly gates?: GateTable;
}

const noGates: GateTable = {};

/**
 * A panel that lists every gate on the page and previews the page as another role. Mount it below the
 * `<PermissionsProvider>`, in development only, with a dynamic import that production builds drop:
 * `const Devtools = import.meta.env.DEV ? lazy(() => import('./devtools.tsx')) : undefined`.
 *
 * A preview replaces the gates' answers in this tab: the engine answers in the browser and the server is not asked.
 * Data and actions remain those of the signed-in user.
 */
export function GateDevtools<Permission extends string, Role extends string>({
  policy,
  store,
  gates = noGates,
}: GateDevtoolsProps<Permission, Role>): ReactNode {
  const root = useShadowRoot();
  const [isOpen, setOpen] = useState(false);
  const [isPicking, setPicking] = useState(false);
  const [role, setRole] = useState('');
  const [marked, setMarked] = useState<Element>();
  const [picked, setPicked] = useState<readonly string[]>([]);
  const rows = useRows(store, { gates, isPreview: role !== '' });

  useEffect(() => {
    if (role === '') return undefined;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it answers with the policy's own permissions and roles
    return store.replaceAsk(createPreviewAsk(policy, gates, role) as Ask<Permission, Role>);
  }, [store, policy, gates, role]);

  const onPick = useCallback((keys: readonly string[]) => {
    setPicking(false);
    setMarked(undefined);
    setPicked(keys);
  }, []);
  usePicking(store, isPicking, { onPoint: setMarked, onPick });

  return createPortal(
    <aside className="root" aria-label="Developer tools">
      {marked !== undefined && <Mark element={marked} />}
      {role !== '' && <Banner role={role} onEnd={() => setRole('')} />}
      {isOpen ? (
        <div className="panel">
          <div className="head">
            <h2>{counted(rows.length)} on this page</h2>
            <button type="button" aria-pressed={isPicking} onClick={() => setPicking(!isPicking)}>
              Point at the page
            </button>
            <button type="button" onClick={() => setOpen(false)}>
              Close
            </button>
            <label>
              Preview as
              <select value={role} onChange={({ target }) => setRole(target.value)}>
                <option value="">yourself</option>
                {previewRoles(policy).map((one) => (
                  <option key={one}>{one}</option>
                ))}
              </select>
            </label>
          </div>
          <Rows
            rows={rows}
            picked={picked}
            onPoint={(key) => setMarked(key === undefined ? undefined : elementsOf(key, store)[0])}
          />
        </div>
      ) : (
        <button type="button" className="toggle" onClick={() => setOpen(true)}>
          {counted(rows.length)}
        </button>
      )}
    </aside>,
    root,
  );
}

function useRows<Permission extends string, Role extends string>(
  store: GateStore<Permission, Role>,
  { gates, isPreview }: { readonly gates: GateTable; readonly isPreview: boolean },
): readonly GateRow[] {
  const [rows, setRows] = useState<readonly GateRow[]>([]);
  useEffect(() => {
    const refresh = (): void => setRows(gateRows(store.entries, { gates, isPreview }));
    const timer = setInterval(refresh, interval);
    return () => clearInterval(timer);
  }, [store, gates, isPreview]);
  return rows;
}

function Banner({ role, onEnd }: { readonly role: string; readonly onEnd: () => void }): ReactNode {
  return (
    <>
      <div className="frame" />
      <div className="banner" role="alert">
        <span>Preview as {role}: the gates only. Data and actions are still yours.</span>
        <button type="button" onClick={onEnd}>
          End preview
        </button>
      </div>
    </>
  );
}

function Rows(props: {
  readonly rows: readonly GateRow[];
  readonly picked: readonly string[];
  readonly onPoint: (key: string | undefined) => void;
}): ReactNode {
  const { rows, picked, onPoint } = props;
  if (rows.length === 0) return <p className="empty">No component on this page asks for a gate.</p>;
  return (
    <ul>
      {rows
        .toSorted((one, other) => rank(other, picked) - rank(one, picked))
        .map((row) => (
          <li key={row.key}>
            <button
              type="button"
              className="row"
              aria-current={picked.includes(row.key)}
              onMouseEnter={() => onPoint(row.key)}
              onMouseLeave={() => onPoint(undefined)}
              onFocus={() => onPoint(row.key)}
              onBlur={() => onPoint(undefined)}
            >
              <span className="line">
                <span className="name">{row.name}</span>
                <span className={`state ${row.state}`}>{row.state}</span>
              </span>
              <span className="line">
                <span className="permission">{row.permission === '' ? 'no permission' : row.permission}</span>
                <span className="source">
                  {row.source}
                  {row.latency === undefined ? '' : ` · ${row.latency} ms`}
                </span>
              </span>
              {row.reason !== '' && <span className="reason">{row.reason}</span>}
            </button>
          </li>
        ))}
    </ul>
  );
}

function rank({ key }: GateRow, picked: readonly string[]): number {
  return picked.includes(key) ? 1 : 0;
}

function Mark({ element }: { readonly element: Element }): ReactNode {
  const { top, left, width, height } = element.getBoundingClientRect();
  return <div className="mark" style={{ top, left, width, height }} />;
}

function counted(gates: number): string {
  return gates === 1 ? '1 gate' : `${gates} gates`;
}

/** Appends a shadow root to the body while the component is mounted. */
function useShadowRoot(): ShadowRoot {
  const [root] = useState(createRoot);
  useEffect(() => {
    document.body.append(root.host);
    return () => root.host.remove();
  }, [root]);
  return root;
}

function createRoot(): ShadowRoot {
  const root = document.createElement('latchkey-devtools').attachShadow({ mode: 'open' });
  const sheet = document.createElement('style');
  sheet.textContent = styles;
  root.append(sheet);
  return root;
}
