import type { Store } from '@latchkey/emulator-kit';
import type { JsonObject } from './records.ts';

/** The part of Logto's sign-in experience that the emulator implements. Other fields are stored and returned. */
interface SignInExperience extends JsonObject {
  /** Targets of the social buttons, such as `google`. Each one is a fake provider. */
  readonly socialSignInConnectorTargets: readonly string[];
  readonly signInMode: 'SignIn' | 'Register' | 'SignInAndRegister';
  readonly sentinelPolicy: {
    /** The number of failed attempts within an hour that locks an identifier. Default: 100. */
    readonly maxAttempts?: number | undefined;
    /** Minutes until the lock ends. Default: 60. */
    readonly lockoutDuration?: number | undefined;
  };
  readonly passwordPolicy: { readonly length?: { readonly min?: number | undefined } | undefined };
}

/**
 * A script in Logto's format, `const getCustomJwtClaims = async ({ token, context, environmentVariables, api })
 * => …`.
 */
interface JwtCustomizer {
  readonly script: string;
  readonly environmentVariables?: Readonly<Record<string, string>> | undefined;
}

/** Claims of ID tokens in addition to those of `profile`, `email`, `phone` and `address`. */
export const extendedClaims = [
  'custom_data',
  'identities',
  'sso_identities',
  'roles',
  'organizations',
  'organization_data',
  'organization_roles',
] as const;

interface IdTokenConfig {
  readonly enabledExtendedClaims?: readonly (typeof extendedClaims)[number][] | undefined;
}

export type JwtCustomizerKind = 'access-token' | 'client-credentials';

export interface Settings {
  signInExperience(): SignInExperience;
  /** Whether no setting was ever changed. */
  isFresh(): boolean;
  setSignInExperience(changes: Partial<SignInExperience>): SignInExperience;
  idTokenConfig(): IdTokenConfig;
  setIdTokenConfig(config: IdTokenConfig): void;
  jwtCustomizer(kind: JwtCustomizerKind): JwtCustomizer | undefined;
  setJwtCustomizer(kind: JwtCustomizerKind, customizer: JwtCustomizer | undefined): void;
}

const fresh: SignInExperience = {
  tenantId: 'default',
  id: 'default',
  color: { primaryColor: '#6139F6', isDarkModeEnabled: true, darkPrimaryColor: '#8768F8' },
  branding: {},
  languageInfo: { autoDetect: true, fallbackLanguage: 'en' },
  termsOfUseUrl: null,
  privacyPolicyUrl: null,
  signIn: {
    methods: [
      { identifier: 'username', password: true, verificationCode: false, isPasswordPrimary: true },
      { identifier: 'email', password: true, verificationCode: false, isPasswordPrimary: true },
    ],
  },
  signUp: { identifiers: ['username'], password: true, verify: false },
  socialSignIn: {},
  socialSignInConnectorTargets: [],
  signInMode: 'SignInAndRegister',
  customCss: null,
  passwordPolicy: {},
  mfa: { factors: [], policy: 'UserControlled' },
  singleSignOnEnabled: true,
  sentinelPolicy: {},
};

const freshIdToken: IdTokenConfig = {
  enabledExtendedClaims: ['roles', 'organizations', 'organization_roles'],
};

export function createSettings(store: Store): Settings {
  const experience = store.collection<SignInExperience>('signInExperience');
  const idToken = store.collection<IdTokenConfig>('idTokenConfig');
  const customizers = store.collection<JwtCustomizer>('jwtCustomizers');
  const signInExperience = (): SignInExperience => experience.get('default') ?? fresh;
  return {
    signInExperience,
    isFresh: () => !experience.has('default'),
    setSignInExperience(changes) {
      const changed: SignInExperience = { ...signInExperience(), ...changes };
      experience.put('default', changed);
      return changed;
    },
    idTokenConfig: () => idToken.get('default') ?? freshIdToken,
    setIdTokenConfig: (config) => idToken.put('default', config),
    jwtCustomizer: (kind) => customizers.get(kind),
    setJwtCustomizer(kind, customizer) {
      if (customizer === undefined) customizers.delete(kind);
      else customizers.put(kind, customizer);
    },
  };
}
