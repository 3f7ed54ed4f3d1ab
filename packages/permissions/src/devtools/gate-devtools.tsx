import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import type { Policy } from '../core/policy.ts';
import type { Ask, GateStore } from '../react/gate-store.ts';
import { elementsOf, usePicking } from './find-gates.ts';
import { gateRows, type GateRow } from './gate-rows.ts';
import { createPreviewAsk, previewRoles, type GateTable } from './preview-ask.ts';

/** How often the page's gates are read, in milliseconds. */
const interval = 250;

/** Props of `<GateDevtools>`. */
export interface GateDevtoolsProps<Permission extends string, Role extends string> {
  /** The policy of the page's gates. */
  readonly policy: Policy;
  /** The result of `useGateStore()`. */
  readonly store: GateStore<Permission, Role>;
  /**
   * The result of `gatesOf(router)`: what each procedure requires, for previews and for the permissions of allowed
   * gates. Omit it for pages without tRPC.
   */
  readonly gates?: GateTable;
}

const noGates: GateTable = {};

/**
 * A panel that lists every gate on the page and previews the page as another role. Mount it below the
 * `<PermissionsProvider>`, in development only, with a dynamic import that production builds drop:
 * `const Devtools = import.meta.env.DEV ? lazy(() => import('./devtools.tsx')) : undefined`.
 *
 * A preview replaces the gates' answers in this tab with those of an engine in the browser, without asking the server.
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

/** In a shadow root, so that they and the page's styles do not affect each other. */
const styles = `
:host { all: initial; color-scheme: light dark; }
* { box-sizing: border-box; }
.root {
  --paper: light-dark(oklch(0.999 0.001 85), oklch(0.212 0.007 80)); --sunken: light-dark(oklch(0.962 0.006 85), oklch(0.248 0.008 80));
  --line: light-dark(oklch(0.905 0.008 85), oklch(0.305 0.009 80)); --edge: light-dark(oklch(0.62 0.01 80), oklch(0.56 0.01 80));
  --ink: light-dark(oklch(0.235 0.01 75), oklch(0.945 0.006 85)); --muted: light-dark(oklch(0.47 0.01 75), oklch(0.735 0.01 85));
  --brass: oklch(0.81 0.115 83); --focus: light-dark(oklch(0.59 0.105 76), oklch(0.805 0.112 83));
  --allowed: light-dark(oklch(0.47 0.108 152), oklch(0.785 0.13 152)); --denied: light-dark(oklch(0.505 0.175 27), oklch(0.765 0.115 24));
  --unavailable: light-dark(oklch(0.505 0.118 50), oklch(0.8 0.115 58)); --unknown: var(--muted);
  font: 13px/1.5 'Pretendard Variable', system-ui, sans-serif; color: var(--ink);
}
button, select { font: inherit; color: inherit; min-height: 32px; padding: 0 10px; border: 1px solid var(--edge); border-radius: 6px; background: var(--paper); cursor: pointer; }
button:focus-visible, select:focus-visible { outline: 2px solid var(--focus); outline-offset: 1px; }
button[aria-pressed='true'] { background: var(--brass); color: oklch(0.235 0.01 75); }
.toggle { position: fixed; right: 16px; bottom: 16px; z-index: 2147483646; box-shadow: 0 2px 8px rgb(0 0 0 / 0.2); font-weight: 600; }
.panel { position: fixed; right: 16px; bottom: 16px; z-index: 2147483646; width: min(440px, calc(100vw - 32px)); max-height: min(560px, 60vh); display: flex; flex-direction: column; border: 1px solid var(--line); border-radius: 8px; background: var(--paper); box-shadow: 0 8px 32px rgb(0 0 0 / 0.25); }
.head { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; padding: 12px; border-bottom: 1px solid var(--line); }
.head h2 { margin: 0; font-size: 14px; font-weight: 600; flex: 1; }
.head label { display: flex; gap: 8px; align-items: center; width: 100%; color: var(--muted); }
.head select { flex: 1; color: var(--ink); }
ul { margin: 0; padding: 0; list-style: none; overflow: auto; }
li + li { border-top: 1px solid var(--line); }
.row { display: block; width: 100%; padding: 8px 12px; border: 0; border-radius: 0; text-align: left; }
.row:hover, .row[aria-current='true'] { background: var(--sunken); }
.line { display: flex; gap: 8px; justify-content: space-between; }
.state { font-weight: 600; white-space: nowrap; }
.state.allowed { color: var(--allowed); } .state.denied { color: var(--denied); } .state.unavailable { color: var(--unavailable); } .state.unknown { color: var(--unknown); }
.name, .permission { font-family: ui-monospace, monospace; font-size: 12px; overflow-wrap: anywhere; }
.permission, .reason, .source { color: var(--muted); font-size: 12px; }
.source { white-space: nowrap; font-variant-numeric: tabular-nums; }
.empty { padding: 16px 12px; color: var(--muted); margin: 0; }
.mark { position: fixed; z-index: 2147483645; pointer-events: none; border: 2px solid var(--focus); border-radius: 4px; background: oklch(0.81 0.115 83 / 0.18); }
.frame { position: fixed; inset: 0; z-index: 2147483644; pointer-events: none; border: 4px solid oklch(0.505 0.118 50); }
.banner { position: fixed; top: 0; left: 0; right: 0; z-index: 2147483647; display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: center; justify-content: center; padding: 8px 16px; background: oklch(0.505 0.118 50); color: white; font-weight: 600; }
.banner button { background: white; color: oklch(0.235 0.01 75); border-color: white; }
`;
