import { serveChecked } from './serve-checked.ts';

/** Tokens are verified once, and every verified user may call: the baseline for the cost of a gate. */
await serveChecked(() => true);
