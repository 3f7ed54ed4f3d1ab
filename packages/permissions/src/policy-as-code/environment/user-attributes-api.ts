import type { Permit } from 'permitio';

/**
 * The endpoint of user attributes (`/v2/schema/…/users/attributes`), for which the SDK has no method. Call it only after
 * another call of the same SDK instance: that is how the SDK learns the project and environment of its key.
 */
export function userAttributesApi({ config }: Permit): {
  readonly axiosInstance: Permit['config']['axiosInstance'];
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
} {
  const { projId, envId } = config.apiContext.environmentContext;
  return {
    axiosInstance: config.axiosInstance,
    url: `${config.apiUrl}/v2/schema/${projId}/${envId}/users/attributes`,
    headers: { authorization: `Bearer ${config.token}` },
  };
}
