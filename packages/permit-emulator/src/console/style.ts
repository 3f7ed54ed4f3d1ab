import { tokens } from '@latchkey/emulator-kit';

/** The style sheet of the console. Colours and fonts are those of the web app. */
export const style = `${tokens}
:focus-visible{outline:2px solid var(--brass-line);outline-offset:2px}
body{margin:0;min-height:100dvh;background:var(--paper);color:var(--ink);font:400 14px/1.5 var(--face);display:grid;grid-template-columns:232px minmax(0,1fr)}
a{color:var(--brass-ink);text-underline-offset:3px}
code,kbd{font-family:var(--mono);font-size:.93em}
.skip{position:absolute;left:-999px}.skip:focus{left:12px;top:12px;background:var(--card);padding:8px 12px;z-index:2}
nav{border-right:1px solid var(--line);padding:20px 12px;position:sticky;top:0;align-self:start;height:100dvh;display:flex;flex-direction:column;gap:2px}
.brand{display:flex;align-items:center;gap:10px;padding:4px 12px 16px;font-weight:600;color:inherit;text-decoration:none}
.brand svg{flex:none;color:var(--brass-ink)}
nav a.item{display:flex;justify-content:space-between;gap:8px;padding:7px 12px;border-radius:6px;color:var(--muted);text-decoration:none;font-weight:500}
nav a.item:hover,nav a.item[aria-current]{background:var(--wash);color:var(--ink)}
nav .count{font-weight:400;font-variant-numeric:tabular-nums;color:var(--muted)}
nav p{margin:auto 12px 0;font-size:12px;color:var(--muted)}
nav form{padding:0 12px 12px}
nav select{width:100%}
main{padding:32px 40px 64px;max-width:1200px;width:100%}
main:focus{outline:none}
.head{display:flex;justify-content:space-between;align-items:flex-start;gap:24px;margin-bottom:24px}
h1{font-size:20px;line-height:1.3;font-weight:600;letter-spacing:-.012em;margin:0}
h2{font-size:16px;font-weight:600;margin:40px 0 12px;letter-spacing:-.006em}
h2 .muted{font-weight:400;font-size:14px}
p{margin:0 0 12px;text-wrap:pretty}
.head p{margin:4px 0 0;color:var(--muted);max-width:64ch}
.muted{color:var(--muted)}
.crumb{font-size:13px;margin:0 0 8px}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:8px;background:var(--card)}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th{text-align:left;font-size:12px;font-weight:500;color:var(--muted);padding:10px 16px;white-space:nowrap}
td{padding:10px 16px;border-top:1px solid var(--line);height:44px;vertical-align:middle}
tbody th{font-size:inherit;font-weight:400;color:inherit;border-top:1px solid var(--line)}
tbody tr:hover :is(td,th){background:color-mix(in oklch,var(--wash) 50%,transparent)}
td a,tbody th a{font-weight:500;color:inherit;text-decoration-color:var(--control)}
td code,th code,dd code{white-space:nowrap}
td.when,td.tight{white-space:nowrap}
td.reason{width:40%;min-width:320px;text-wrap:pretty}
.log :is(td,th){padding-inline:12px}
.log tbody th{min-width:100px;max-width:180px;white-space:normal;overflow-wrap:anywhere}
.log .on{display:block;max-width:240px;overflow-wrap:anywhere;color:var(--muted);font-size:13px}.log .on code{white-space:normal}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:8px 24px;margin:0;padding:16px;border:1px solid var(--line);border-radius:8px;background:var(--card)}
dt{color:var(--muted)}
dd{margin:0;overflow-wrap:anywhere}
dd code{white-space:normal}
pre{margin:0;padding:16px;border:1px solid var(--line);border-radius:8px;background:var(--card);overflow-x:auto;font:13px/1.6 var(--mono)}
.state{display:inline-flex;align-items:center;gap:6px;white-space:nowrap;font-weight:500}
.state svg{flex:none}td .state{vertical-align:top}
.good{color:var(--green)}.bad{color:var(--red)}
.chip{display:inline-block;padding:1px 8px;margin:1px 4px 1px 0;border:1px solid var(--line);border-radius:999px;font-size:12px;background:var(--paper);white-space:nowrap}
.chip.own{background:var(--brass-wash);border-color:transparent}
.filters{display:flex;flex-wrap:wrap;gap:8px;align-items:center;margin:0 0 16px}
.filters a{padding:4px 12px;border:1px solid var(--line);border-radius:999px;color:var(--muted);text-decoration:none;font-weight:500;font-size:13px}
.filters a[aria-current]{background:var(--ink);border-color:var(--ink);color:var(--paper)}
.filters .live{margin-left:auto;color:var(--muted);font-size:13px}
label{font-weight:500}
button,.button,select,input,textarea{border-radius:6px;border:1px solid var(--control);background:var(--card);color:inherit;font:inherit}
button,.button,select,input{height:34px;padding:0 12px}
textarea{padding:7px 12px;width:100%;min-height:34px;font:13px/1.5 var(--mono);resize:vertical}
button,.button{display:inline-flex;align-items:center;font-weight:500;cursor:pointer;text-decoration:none;white-space:nowrap}
button.primary{background:var(--brass);color:var(--on-brass);border-color:var(--brass-line)}
button.primary:hover{background:var(--brass-press)}
.search{display:flex;gap:8px;margin:0 0 16px}.search input{width:min(320px,100%)}
.ask{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:16px;padding:20px;border:1px solid var(--line);border-radius:8px;background:var(--card)}
.ask label{display:block;margin-bottom:4px;font-size:13px}
.ask input{width:100%}
.ask .wide{grid-column:1/-1}
.ask .hint{font-weight:400;color:var(--muted)}
.verdict{margin-top:24px;border:1px solid var(--line);border-radius:8px;background:var(--card);overflow:hidden}
.verdict>p{margin:0;padding:16px 20px;font-size:16px;font-weight:600;display:flex;gap:8px;align-items:center}
.verdict.yes>p{background:var(--green-wash);color:var(--green)}.verdict.no>p{background:var(--red-wash);color:var(--red)}
.verdict>p span{font-weight:400}
.verdict ul{list-style:none;margin:0;padding:0}
.verdict li{padding:14px 20px;border-top:1px solid var(--line);display:grid;grid-template-columns:88px minmax(0,1fr);gap:4px 16px}
.verdict li>b{font-weight:500}
.verdict li small{grid-column:2;color:var(--muted);font-size:12px;display:flex;gap:6px;align-items:center}
.matrix th[scope=col]{text-align:center;padding:12px}
.matrix thead th:first-child{text-align:left;padding-left:16px}
.matrix td{text-align:center;padding:0 12px}
.matrix thead small{display:block;font-size:11px;font-weight:400}
.matrix thead th{color:var(--ink);font-size:13px}
.matrix .group th{font-size:13px;font-weight:600;padding-top:20px;background:none}
.matrix .group:hover th{background:none}
.matrix .action{padding-left:32px}
.matrix .none{color:var(--control)}
.empty{padding:40px 24px;text-align:center;color:var(--muted);border:1px dashed var(--line);border-radius:8px}
.empty p{margin:0 auto;max-width:56ch}.empty p+p{margin-top:8px}
.pages{display:flex;gap:8px;align-items:center;justify-content:flex-end;margin-top:12px;color:var(--muted)}
.stats{display:grid;grid-template-columns:repeat(auto-fit,minmax(130px,1fr));gap:1px;background:var(--line);border:1px solid var(--line);border-radius:8px;overflow:hidden;margin-bottom:32px}
.stats a{display:block;padding:14px 16px;background:var(--card);color:inherit;text-decoration:none}
.stats a:hover{background:var(--wash)}
.stats b{display:block;font-size:20px;font-weight:600;font-variant-numeric:tabular-nums}
.stats span{color:var(--muted)}
.graph{overflow:auto;border:1px solid var(--line);border-radius:8px;background:var(--card)}
.graph svg{display:block;font:13px var(--face)}
.graph .node rect{fill:var(--paper);stroke:var(--control)}
.graph .node.person rect{fill:var(--brass-wash);stroke:var(--brass-line)}
.graph .node text{fill:var(--ink)}
.graph .node .kind{fill:var(--muted);font-size:11px}
.graph path{fill:none;stroke:var(--control);stroke-width:1.25}
.graph .label{fill:var(--muted);font-size:11px;paint-order:stroke;stroke:var(--card);stroke-width:4px;stroke-linejoin:round}
.graph a:focus-visible rect,.graph a:hover rect{stroke:var(--brass-line);stroke-width:2}
tr.fresh :is(td,th){animation:fresh 1.6s ease-out}
@keyframes fresh{from{background:var(--brass-wash)}}
@media(prefers-reduced-motion:reduce){tr.fresh :is(td,th){animation:none}}
@media(max-width:768px){body{display:block}
nav{position:static;height:auto;flex-flow:row wrap;border-right:0;border-bottom:1px solid var(--line);padding:8px;align-items:center}
.brand{padding:4px 8px;flex:1}nav form{padding:0}nav select{width:auto;max-width:150px}
.links{display:flex;overflow-x:auto;order:3;flex-basis:100%}nav a.item{white-space:nowrap}nav .count{display:none}nav p{display:none}
main{padding:20px 16px 48px}.head{flex-direction:column;gap:12px}dl{grid-template-columns:1fr;gap:2px}dd{margin-bottom:10px}
.log thead{display:none}.log,.log tbody{display:block}.log tr{display:grid;grid-template-columns:1fr auto;gap:2px 12px;padding:12px;border-top:1px solid var(--line)}.log tr:first-child{border-top:0}
.log :is(td,th){display:block;border:0;padding:0;height:auto}.log th{order:-1;font-weight:600}.log .tight{order:1;white-space:normal}.log td.when{order:2;color:var(--muted);text-align:right}.log td.reason{grid-column:1/-1;order:3;min-width:0;font-size:13px}.log td.reason{order:4}
.verdict li{grid-template-columns:1fr}.verdict li small{grid-column:1}
th,td{padding-left:12px;padding-right:12px}}
`;
