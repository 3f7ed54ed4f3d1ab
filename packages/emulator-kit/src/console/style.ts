import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Design tokens of the web app: colours (light and dark) and fonts. */
export const tokens = `
:root{color-scheme:light dark;
--paper:light-dark(oklch(.985 .004 85),oklch(.178 .006 80));
--card:light-dark(oklch(.999 .001 85),oklch(.212 .007 80));
--wash:light-dark(oklch(.962 .006 85),oklch(.248 .008 80));
--line:light-dark(oklch(.905 .008 85),oklch(.305 .009 80));
--control:light-dark(oklch(.62 .01 80),oklch(.56 .01 80));
--ink:light-dark(oklch(.235 .01 75),oklch(.945 .006 85));
--muted:light-dark(oklch(.47 .01 75),oklch(.735 .01 85));
--brass:light-dark(oklch(.815 .118 83),oklch(.805 .112 83));
--brass-press:light-dark(oklch(.775 .122 82),oklch(.85 .105 85));
--on-brass:oklch(.235 .03 75);
--brass-line:light-dark(oklch(.59 .105 76),oklch(.805 .112 83));
--brass-ink:light-dark(oklch(.495 .092 72),oklch(.83 .105 83));
--brass-wash:light-dark(oklch(.958 .028 88),oklch(.262 .026 80));
--green:light-dark(oklch(.47 .108 152),oklch(.785 .13 152));
--green-wash:light-dark(oklch(.958 .026 152),oklch(.262 .034 155));
--red:light-dark(oklch(.505 .175 27),oklch(.765 .115 24));
--red-wash:light-dark(oklch(.962 .017 25),oklch(.268 .038 25));
--amber:light-dark(oklch(.505 .118 50),oklch(.8 .115 58));
--face:'Pretendard Variable',Pretendard,system-ui,-apple-system,'Apple SD Gothic Neo','Malgun Gothic',sans-serif;
--mono:ui-monospace,'SF Mono',Menlo,Consolas,'DejaVu Sans Mono',monospace}
*{box-sizing:border-box}
:lang(ko){line-height:1.6;word-break:keep-all}
:focus-visible{outline:2px solid var(--brass-line);outline-offset:2px}
a{color:var(--brass-ink);text-underline-offset:3px}
code{font-family:var(--mono);font-size:.93em}
@media(prefers-reduced-motion:reduce){*{transition:none!important;animation:none!important}}
`;

export const style = `${tokens}
body{margin:0;min-height:100dvh;background:var(--paper);color:var(--ink);font:400 14px/1.5 var(--face);display:grid;grid-template-columns:232px minmax(0,1fr)}
.skip{position:absolute;left:-999px}.skip:focus{left:12px;top:12px;background:var(--card);padding:8px 12px;z-index:2}
nav{border-right:1px solid var(--line);padding:20px 12px;position:sticky;top:0;align-self:start;height:100dvh;display:flex;flex-direction:column;gap:2px}
.brand{display:flex;align-items:center;gap:10px;padding:4px 12px 16px;font-weight:600;color:inherit;text-decoration:none}
.brand svg{flex:none;color:var(--brass-ink)}
.links{display:flex;flex-direction:column;gap:2px}
nav a.item{display:flex;justify-content:space-between;gap:8px;padding:7px 12px;border-radius:6px;color:var(--muted);text-decoration:none;font-weight:500}
nav a.item:hover,nav a.item[aria-current]{background:var(--wash);color:var(--ink)}
nav .count{font-weight:400;font-variant-numeric:tabular-nums;color:var(--muted)}
nav>p{margin:auto 12px 0;font-size:12px;color:var(--muted)}
nav form{padding:0 12px 12px}nav select{width:100%}
main{padding:32px 40px 64px;max-width:1200px;width:100%}main:focus{outline:none}
header{display:flex;justify-content:space-between;align-items:flex-start;gap:24px;margin-bottom:24px}
h1{font-size:20px;line-height:1.3;font-weight:600;letter-spacing:-.012em;margin:0;overflow-wrap:anywhere}
h2{font-size:16px;font-weight:600;margin:40px 0 12px}h2 .muted{font-weight:400;font-size:14px}
p{margin:0 0 12px;text-wrap:pretty}
header p{margin:4px 0 0;color:var(--muted);max-width:64ch;overflow-wrap:anywhere}
.muted{color:var(--muted)}
.crumb{font-size:13px;margin:0 0 8px}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:8px;background:var(--card)}
.empty+.scroll{display:none}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th{text-align:left;font-size:12px;font-weight:500;color:var(--muted);padding:10px 16px;white-space:nowrap}
td{padding:7px 16px;height:44px;vertical-align:middle}
thead td{height:auto}
tbody :is(th,td){border-top:1px solid var(--line)}
tbody th{font-size:inherit;font-weight:400;color:inherit}
tbody tr:hover :is(td,th){background:color-mix(in oklch,var(--wash) 50%,transparent)}
tbody a{font-weight:500;color:inherit;text-decoration-color:var(--control)}
tbody code,dd code,time{white-space:nowrap}
tbody form.line{justify-content:flex-end}tbody button{height:28px;padding:0 10px}
.when,.tight{white-space:nowrap}
.reason{width:40%;min-width:320px;color:var(--muted);text-wrap:pretty}
.log :is(td,th){padding-inline:12px}
.log tbody th{min-width:100px;max-width:180px;white-space:normal;overflow-wrap:anywhere}
.on{display:block;max-width:240px;white-space:normal;overflow-wrap:anywhere;color:var(--muted);font-size:13px}.log .on code{white-space:normal}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:8px 24px;margin:0;padding:16px;border:1px solid var(--line);border-radius:8px;background:var(--card)}
dt{color:var(--muted)}dd{margin:0;overflow-wrap:anywhere}dd code{white-space:normal}
pre{margin:0;padding:16px;border:1px solid var(--line);border-radius:8px;background:var(--card);overflow-x:auto;font:13px/1.6 var(--mono);white-space:pre-wrap;overflow-wrap:anywhere}
.person{display:flex;align-items:center;gap:10px}.person a{white-space:nowrap}
.avatar{display:grid;place-items:center;flex:none;width:28px;height:28px;border-radius:50%;background:var(--wash);border:1px solid var(--line);font-weight:600;font-size:12px}
.state{display:inline-flex;vertical-align:middle;align-items:center;gap:6px;white-space:nowrap;font-weight:500}
td .state{vertical-align:top}
.state.good{color:var(--green)}.state.bad{color:var(--red)}.state.quiet{color:var(--muted);font-weight:400}
.chip{display:inline-block;padding:1px 8px;margin:1px 4px 1px 0;border:1px solid var(--line);border-radius:999px;font-size:12px;background:var(--paper);white-space:nowrap}
.filters{display:flex;flex-wrap:wrap;gap:8px;align-items:center;margin:0 0 16px}
.filters a{padding:4px 12px;border:1px solid var(--line);border-radius:999px;color:var(--muted);text-decoration:none;font-weight:500;font-size:13px}
.filters a[aria-current]{background:var(--ink);border-color:var(--ink);color:var(--paper)}
.live{margin-left:auto;color:var(--muted);font-size:13px}
label{font-weight:500}
button,.button,select,input,textarea{height:34px;padding:0 12px;border-radius:6px;border:1px solid var(--control);background:var(--card);color:inherit;font:inherit}
textarea{height:auto;min-height:34px;padding:7px 12px;font:13px/1.5 var(--mono);resize:vertical}
button,.button{display:inline-flex;align-items:center;gap:6px;font-weight:500;cursor:pointer;text-decoration:none;white-space:nowrap;transition:background 140ms ease-out}
button:hover,.button:hover{background:var(--wash)}
button.primary{background:var(--brass);color:var(--on-brass);border-color:var(--brass-line)}button.primary:hover{background:var(--brass-press)}
button.danger,.wrong{color:var(--red)}
form.line{display:flex;flex-wrap:wrap;gap:8px;align-items:center;margin:0}
input[type=search]{width:240px;max-width:100%}
.flash{display:flex;gap:8px;align-items:center;padding:10px 16px;margin:0 0 24px;border-radius:8px;background:var(--green-wash);color:var(--green)}
.flash.bad{background:var(--red-wash);color:var(--red)}
.ask{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:16px;padding:20px;border:1px solid var(--line);border-radius:8px;background:var(--card)}
.ask label{display:block;margin-bottom:4px;font-size:13px}.ask label span{font-weight:400;color:var(--muted)}
.ask :is(input,textarea){width:100%}.ask .wide{grid-column:1/-1}
.verdict{margin-top:24px;border:1px solid var(--line);border-radius:8px;background:var(--card);overflow:hidden}
.verdict>p{margin:0;padding:16px 20px;font-size:16px;font-weight:600;display:flex;gap:8px;align-items:center}
.verdict>p svg{flex:none}.verdict>p span{font-weight:400;overflow-wrap:anywhere}
.verdict.yes>p{background:var(--green-wash);color:var(--green)}.verdict.no>p{background:var(--red-wash);color:var(--red)}
.verdict ul{list-style:none;margin:0;padding:0}
.verdict li{padding:14px 20px;border-top:1px solid var(--line);display:grid;grid-template-columns:100px minmax(0,1fr);gap:4px 16px}
.verdict b{font-weight:500}.verdict small{grid-column:2;color:var(--muted);font-size:12px;display:flex;gap:6px;align-items:center}
.matrix tr>:nth-child(n+2){text-align:center;padding-inline:12px}
.matrix thead th{color:var(--ink);font-size:13px}
.matrix small{font-size:11px;font-weight:400;color:var(--muted)}.matrix thead small{display:block}
.none{color:var(--muted)}
.empty{padding:40px 24px;text-align:center;color:var(--muted);border:1px dashed var(--line);border-radius:8px}
.empty p{margin:0 auto;max-width:56ch}
.pages{display:flex;gap:8px;align-items:center;justify-content:flex-end;margin-top:12px;color:var(--muted)}
.stats{display:grid;grid-template-columns:repeat(auto-fit,minmax(130px,1fr));gap:1px;background:var(--line);border:1px solid var(--line);border-radius:8px;overflow:hidden;margin-bottom:32px}
.stats a{display:block;padding:14px 16px;background:var(--card);color:inherit;text-decoration:none}.stats a:hover{background:var(--wash)}
.stats b{display:block;font-size:20px;font-weight:600;font-variant-numeric:tabular-nums}.stats span{color:var(--muted)}
.graph svg{display:block;font:13px var(--face)}
.graph rect{fill:var(--paper);stroke:var(--control)}
.graph .user rect{fill:var(--brass-wash);stroke:var(--brass-line)}
.graph text{fill:var(--ink)}.graph .small{fill:var(--muted);font-size:11px}
.graph path{fill:none;stroke:var(--control);stroke-width:1.25}
.graph .label{paint-order:stroke;stroke:var(--card);stroke-width:4px;stroke-linejoin:round}
.graph a:is(:focus-visible,:hover) rect{stroke:var(--brass-line);stroke-width:2}
tr.fresh :is(td,th){animation:fresh 1.6s ease-out}
@keyframes fresh{from{background:var(--brass-wash)}}
@media(max-width:768px){body{display:block}
nav{position:static;height:auto;flex-flow:row wrap;border-right:0;border-bottom:1px solid var(--line);padding:8px;align-items:center}
.brand{padding:4px 8px;flex:1}nav form{padding:0}nav select{width:auto;max-width:150px}nav :is(.count,p){display:none}
.links{flex-direction:row;overflow-x:auto;order:3;flex-basis:100%}nav a.item{white-space:nowrap}
main{padding:20px 16px 48px}header{flex-direction:column;gap:12px}dl{grid-template-columns:1fr;gap:2px}dd{margin-bottom:10px}
:is(th,td){padding-inline:12px}
.log thead{display:none}.log,.log tbody,.log :is(td,th){display:block}.log tr{display:grid;grid-template-columns:1fr auto;gap:2px 12px;padding:12px;border-top:1px solid var(--line)}.log tr:first-child{border-top:0}
.log :is(td,th){border:0;padding:0;height:auto}.log tbody th{max-width:none;order:-1;font-weight:600}.log .tight{order:1;white-space:normal}.log .when{order:2;color:var(--muted);text-align:right}.log .reason{grid-column:1/-1;order:3;width:auto;min-width:0;font-size:13px}
.verdict li{grid-template-columns:1fr}.verdict small{grid-column:1}}
`;

const css = 'pretendardvariable-dynamic-subset.css';

export const fontPath = '/_emulator/page/fonts/';

/** One font for Latin and Korean, split into files that a page loads as it needs them. */
export const fontStyle = fontPath + css;

/** `name` is the part of the path after `fontPath`. Returns undefined for an unknown name. */
export async function readFont(
  name: string,
): Promise<{ headers: Record<string, string>; body: Buffer<ArrayBuffer> } | undefined> {
  if (name !== css && !/^woff2-dynamic-subset\/[\w.-]+\.woff2$/.test(name)) return undefined;
  const folder = fileURLToPath(new URL('dist/web/variable', import.meta.resolve('pretendard/package.json')));
  const type = name === css ? 'text/css' : 'font/woff2';
  return {
    headers: { 'content-type': type, 'cache-control': 'public, max-age=31536000, immutable' },
    body: await readFile(join(folder, name)),
  };
}
