import type { Logto } from './logto.ts';
import { managementApiIndicator } from './seed/management-api.ts';

/** The addresses, ids and secrets for using an emulator. */
export interface Description {
  readonly url: string;
  readonly issuer: string;
  readonly managementApi: {
    readonly url: string;
    readonly resource: string;
    readonly tokenEndpoint: string;
    readonly scope: 'all';
  };
  readonly apps: readonly {
    readonly id: string;
    readonly name: string;
    readonly type: string;
    readonly secret?: string;
  }[];
  readonly hooks: readonly {
    readonly id: string;
    readonly name: string;
    readonly url: string;
    readonly signingKey: string;
  }[];
}

export function describe({ endpoint, directory }: Logto): Description {
  return {
    url: endpoint,
    issuer: `${endpoint}/oidc`,
    managementApi: {
      url: `${endpoint}/api`,
      resource: managementApiIndicator,
      tokenEndpoint: `${endpoint}/oidc/token`,
      scope: 'all',
    },
    apps: [...directory.applications.values()].map(({ id, name, type }) => {
      const [secret] = directory.secrets.findBy('application', id);
      return { id, name, type, ...(secret === undefined ? {} : { secret: secret.value }) };
    }),
    hooks: [...directory.hooks.values()].map(({ id, name, config, signingKey }) => ({
      id,
      name,
      url: config.url,
      signingKey,
    })),
  };
}
