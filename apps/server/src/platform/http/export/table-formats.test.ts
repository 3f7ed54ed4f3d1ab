import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { tableFormats } from './table-formats.ts';

const write = (rows: number) => {
  const page = Array.from({ length: rows }, () => ({ name: 'Ann' }));
  return tableFormats.xlsx.parts({ columns: ['name'], language: 'en' }, Readable.from([page])).next();
};

test('a workbook has at most 20,000 rows', async () => {
  expect(await write(20_000)).toMatchObject({ value: expect.any(Uint8Array) });
  await expect(write(20_001)).rejects.toMatchObject({ code: 'REQUEST_TOO_LARGE' });
});
