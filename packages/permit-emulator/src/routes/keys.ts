import { route } from '../http/route.ts';

export const keyRoutes = [
  route('GET /v2/api-key/scope', {
    run: ({ account, key }) => ({
      organization_id: account.organizationId,
      project_id: key.project_id,
      environment_id: key.environment_id,
    }),
  }),
];
