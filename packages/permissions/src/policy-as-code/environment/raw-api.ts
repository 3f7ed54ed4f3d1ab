import type { Permit } from 'permitio';

/** Permit's endpoints for which the SDK has no method. `path` is relative to the environment: `users/attributes`. */
interface RawApi {
  /** @returns the response body */
  readonly get: (area: Area, path: string, params: Readonly<Record<string, unknown>>) => Promise<unknown>;
  readonly put: (area: Area, path: string, body: object) => Promise<unknown>;
  readonly post: (area: Area, path: string, body: object) => Promise<unknown>;
  readonly patch: (area: Area, path: string, body: object) => Promise<unknown>;
  readonly delete: (area: Area, path: string) => Promise<unknown>;
}

/** The policy's objects, or the facts: users, tenants, instances, roles and relationships. */
type Area = 'schema' | 'facts';

/**
 * The SDK's HTTP client with its base URL and key. Call it only after another call of the same SDK instance, in which
 * the SDK resolves the project and environment of its key.
 */
export function rawApi({ config }: Permit): RawApi {
  const { projId, envId } = config.apiContext.environmentContext;
  const http = config.axiosInstance;
  const headers = { authorization: `Bearer ${config.token}` };
  const url = (area: Area, path: string): string => `${config.apiUrl}/v2/${area}/${projId}/${envId}/${path}`;
  return {
    get: async (area, path, params) => (await http.get<unknown>(url(area, path), { headers, params })).data,
    put: (area, path, body) => http.put(url(area, path), body, { headers }),
    post: (area, path, body) => http.post(url(area, path), body, { headers }),
    patch: (area, path, body) => http.patch(url(area, path), body, { headers }),
    delete: (area, path) => http.delete(url(area, path), { headers }),
  };
}
