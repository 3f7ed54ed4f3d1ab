import { tokens as shared } from '@latchkey/emulator-kit';

/** The shared design tokens, with settings for Korean text. */
export const tokens = `${shared}
:lang(ko){line-height:1.6;word-break:keep-all}
:focus-visible{outline:2px solid var(--brass-line);outline-offset:2px}
a{color:var(--brass-ink);text-underline-offset:3px}
code{font-family:var(--mono);font-size:.93em}
@media(prefers-reduced-motion:reduce){*{transition:none!important}}
`;
