/**
 * Design tokens as CSS: colours (light and dark) and fonts of the pages of both emulators. They are those of the
 * web app.
 */
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
