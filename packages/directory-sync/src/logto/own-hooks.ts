/** The fields of a webhook that identify its server. */
interface HookOfServer {
  readonly signingKey: string;
  readonly config: { readonly url?: string | undefined };
}

/**
 * Returns the webhooks of one server. One Logto may serve several servers, each with its own webhook: those that sign
 * with one of the server's keys belong to it. Without such a webhook, the URL decides.
 *
 * @param keys - the signing keys of the server
 */
export function ownHooks<Hook extends HookOfServer>(
  hooks: readonly Hook[],
  keys: readonly string[],
  isOwnEndpoint: (url: string) => boolean,
): { readonly ours: readonly Hook[]; readonly isKeyKnown: boolean } {
  const known = hooks.filter(({ signingKey }) => keys.includes(signingKey));
  const isKeyKnown = known.length > 0;
  return {
    ours: isKeyKnown ? known : hooks.filter(({ config }) => isOwnEndpoint(config.url ?? '')),
    isKeyKnown,
  };
}
