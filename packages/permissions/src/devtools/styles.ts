/** Rendered in a shadow root, so the page's styles and these do not affect each other. */
export const styles = `
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
