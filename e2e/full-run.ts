/**
 * Whether to test everything: every device, theme and language of a page, screenshots, and slow tests
 * (`*.slow.spec.ts`).
 */
export const isFullRun = process.env['TEST_ALL'] === '1';
