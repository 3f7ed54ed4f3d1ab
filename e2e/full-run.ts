/** Whether all is tested: every device, theme and language of a page, its pictures, and what is slow by nature (`*.slow.spec.ts`). */
export const isFullRun = process.env['TEST_ALL'] === '1';
