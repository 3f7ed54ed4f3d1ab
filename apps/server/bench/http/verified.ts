import { serveChecked } from './serve-checked.ts';

/** Tokens are verified once; every verified user may call: what a gate alone is compared with. */
await serveChecked(() => true);
