import { withProblems } from '@latchkey/next';
import { permissions } from '../../../latchkey.ts';

export const GET = withProblems(async () => {
  await permissions.require('reports:view', undefined);
  return Response.json([]);
});
