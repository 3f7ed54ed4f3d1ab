import express from 'express';
import { createExpressGates } from '../express/create-express-gates.ts';
import { createPermissions } from '../core/permissions.ts';
import { createPermitDecider } from '../permit/permit-decider.ts';
import { createPermitDirectory } from '../permit/permit-directory.ts';
import { testPolicy as policy } from '../testing/fixtures/test-policy.ts';

/* The code of docs/guide/moving-from-permitio.md, for the compiler. `guides.test.ts` compares the two. */

interface Identity {
  readonly subject: string;
  readonly tenant: string;
}
declare const apiKey: string;
declare function identify(request: express.Request): Promise<Identity>;
declare function idOf(request: express.Request): string;
declare function publish(id: string): Promise<void>;

export const decider = createPermitDecider({ policy, url: 'http://localhost:7766', apiKey });
export const directory = createPermitDirectory({
  policy,
  apiUrl: 'https://api.permit.io',
  apiKey,
  onChange: (change) => decider.invalidate(change),
});

/** The caller's permissions. Both come from a verified token, never from a parameter. */
export const getPermissions = ({ subject, tenant }: Identity) =>
  createPermissions(decider, { subject, tenant });

const app = express();
const permitted = createExpressGates({
  getPermissions: async (request) => getPermissions(await identify(request)),
});

app.post('/reports/:id/publish', permitted('reports:publish', idOf), async (request, response) => {
  await publish(idOf(request));
  response.sendStatus(204);
});

export async function share(id: string, user: string, tenant: string) {
  await directory.assignRole({ user, tenant, role: 'reader', instance: `reports:${id}` });
}
