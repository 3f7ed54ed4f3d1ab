import { tokens } from '../sign-in-pages/design-tokens.ts';

/** The style sheet of the console: a sidebar, and pages with tables. */
export const style = `${tokens}
body{margin:0;min-height:100dvh;background:var(--paper);color:var(--ink);font:400 14px/1.5 var(--face);display:grid;grid-template-columns:232px minmax(0,1fr)}
nav{border-right:1px solid var(--line);padding:20px 12px;position:sticky;top:0;align-self:start;height:100dvh;display:flex;flex-direction:column;gap:2px}
.brand{display:flex;align-items:center;gap:10px;padding:4px 12px 20px;font-weight:600;font-size:14px;color:inherit;text-decoration:none}
.brand svg{flex:none}
nav a.item{display:flex;justify-content:space-between;padding:7px 12px;border-radius:6px;color:var(--muted);text-decoration:none;font-weight:500}
nav a.item:hover{background:var(--wash);color:var(--ink)}
nav a.item[aria-current]{background:var(--wash);color:var(--ink)}
nav .count{font-weight:400;font-variant-numeric:tabular-nums;color:var(--muted)}
nav p{margin:auto 12px 0;font-size:12px;color:var(--muted)}
main{padding:32px 40px 64px;max-width:1120px;width:100%}
header{display:flex;justify-content:space-between;align-items:flex-start;gap:24px;margin-bottom:24px}
h1{font-size:20px;line-height:1.3;font-weight:600;letter-spacing:-.01em;margin:0}
h2{font-size:16px;font-weight:600;margin:40px 0 12px}
p{margin:0 0 12px}
header p{margin:4px 0 0;color:var(--muted);max-width:64ch}
.muted{color:var(--muted)}
.crumb{font-size:13px;margin:0 0 8px}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:8px;background:var(--card)}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th{position:sticky;top:0;text-align:left;font-size:12px;font-weight:500;color:var(--muted);padding:10px 16px;white-space:nowrap}
td{padding:7px 16px;border-top:1px solid var(--line);vertical-align:middle;height:44px}
tr:hover td{background:color-mix(in oklch,var(--wash) 50%,transparent)}
thead td{border:0}
td.end form.line{justify-content:flex-end}
td button{height:28px;padding:0 10px}
time,.person a{white-space:nowrap}
td a{font-weight:500;color:inherit;text-decoration-color:var(--control)}
td code,dd code{white-space:nowrap}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:8px 24px;margin:0;padding:16px;border:1px solid var(--line);border-radius:8px;background:var(--card)}
dt{color:var(--muted)}
dd{margin:0;overflow-wrap:anywhere}
pre{margin:0;padding:16px;border:1px solid var(--line);border-radius:8px;background:var(--card);overflow-x:auto;font:13px/1.6 var(--mono);white-space:pre-wrap;overflow-wrap:anywhere}
.person{display:flex;align-items:center;gap:10px}
.avatar{display:grid;place-items:center;flex:none;width:28px;height:28px;border-radius:50%;background:var(--wash);border:1px solid var(--line);font-weight:600;font-size:12px}
.state{display:inline-flex;vertical-align:middle;align-items:center;gap:6px;white-space:nowrap;font-weight:500}
.state.good{color:var(--green)}.state.bad{color:var(--red)}.state.quiet{color:var(--muted);font-weight:400}
.chip{display:inline-block;padding:1px 8px;margin:1px 4px 1px 0;border:1px solid var(--line);border-radius:999px;font-size:12px;background:var(--paper);white-space:nowrap}
button,.button,select,input:not([type=hidden]){height:34px;padding:0 12px;border-radius:6px;border:1px solid var(--control);background:var(--card);color:inherit;font:inherit}
button,.button{display:inline-flex;align-items:center;gap:6px;font-weight:500;cursor:pointer;text-decoration:none;white-space:nowrap;transition:background 140ms ease-out}
button:hover,.button:hover{background:var(--wash)}
button.primary{background:var(--brass);color:var(--on-brass);border-color:var(--brass-line)}
button.primary:hover{background:var(--brass-press)}
button.danger{color:var(--red)}
form.line{display:flex;flex-wrap:wrap;gap:8px;align-items:center;margin:0}
form.line label{font-weight:500}
input[type=search]{width:240px;max-width:100%}
.flash{display:flex;gap:8px;align-items:center;padding:10px 16px;margin:0 0 24px;border-radius:8px;background:var(--green-wash);color:var(--green)}
.flash.bad{background:var(--red-wash);color:var(--red)}
.empty{padding:40px 24px;text-align:center;color:var(--muted);border:1px dashed var(--line);border-radius:8px}
.empty p{margin:0 auto;max-width:52ch}
.pages{display:flex;gap:8px;align-items:center;justify-content:flex-end;margin-top:12px;color:var(--muted)}
.stats{display:grid;grid-template-columns:repeat(auto-fit,minmax(140px,1fr));gap:1px;background:var(--line);border:1px solid var(--line);border-radius:8px;overflow:hidden}
.stats a{display:block;padding:14px 16px;background:var(--card);color:inherit;text-decoration:none}
.stats a:hover{background:var(--wash)}
.stats b{display:block;font-size:20px;font-weight:600;font-variant-numeric:tabular-nums}
.stats span{color:var(--muted)}
@media(max-width:768px){body{display:block}nav{position:static;height:auto;flex-direction:row;overflow-x:auto;border-right:0;border-bottom:1px solid var(--line);padding:8px;align-items:center}
.brand{padding:4px 8px}.brand span{display:none}nav a.item{white-space:nowrap;gap:6px}nav p{display:none}main{padding:20px 16px 48px}header{flex-direction:column;gap:12px}dl{grid-template-columns:1fr;gap:2px}dd{margin-bottom:10px}}
`;
