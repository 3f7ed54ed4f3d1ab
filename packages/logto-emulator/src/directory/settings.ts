import type { Store } from '@latchkey/emulator-kit';
import type { JsonObject } from './records.ts';

/** The fields that the emulator uses. Others are stored and returned. */
interface SignInExperience extends JsonObject {
  /** Such as `google`. Each target is a fake provider. */
  readonly socialSignInConnectorTargets: readonly string[];
  readonly signInMode: 'SignIn' | 'Register' | 'SignInAndRegister';
  readonly sentinelPolicy: {
    /** Failed attempts within an hour that lock an identifier. Default: 100. */
    readonly maxAttempts?: number | undefined;
    /** Minutes until the lock ends. Default: 60. */
    readonly lockoutDuration?: number | undefined;
  };
  readonly passwordPolicy: {
    readonly length?: { readonly min?: number | undefined } | undefined;
  } & JsonObject;
}

interface JwtCustomizer {
  /** `const getCustomJwtClaims = async ({ token, context, environmentVariables, api }) => …` */
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

/** Default: `Off`. */
export const fieldControls = ['Off', 'ReadOnly', 'Edit'] as const;

export type AccountField =
  | 'name'
  | 'avatar'
  | 'profile'
  | 'email'
  | 'phone'
  | 'password'
  | 'username'
  | 'social'
  | 'customData'
  | 'mfa'
  | 'session';

export interface AccountCenter {
  readonly tenantId: 'default';
  readonly id: 'default';
  readonly enabled: boolean;
  readonly fields: { readonly [Field in AccountField]?: (typeof fieldControls)[number] | undefined };
  readonly webauthnRelatedOrigins: readonly string[];
  readonly deleteAccountUrl: string | null;
  readonly customCss: string | null;
  readonly profileFields: unknown;
}

interface CimdConfig {
  readonly enabled: boolean;
}

export type JwtCustomizerKind = 'access-token' | 'client-credentials';

export interface Settings {
  signInExperience(): SignInExperience;
  isFresh(): boolean;
  setSignInExperience(changes: Partial<SignInExperience>): SignInExperience;
  accountCenter(): AccountCenter;
  setAccountCenter(changes: Partial<AccountCenter>): AccountCenter;
  cimd(): CimdConfig;
  setCimd(changes: Partial<CimdConfig>): CimdConfig;
  idTokenConfig(): IdTokenConfig;
  setIdTokenConfig(config: IdTokenConfig): void;
  jwtCustomizer(kind: JwtCustomizerKind): JwtCustomizer | undefined;
  setJwtCustomizer(kind: JwtCustomizerKind, customizer: JwtCustomizer | undefined): void;
}

const fresh: SignInExperience = {
  tenantId: 'default',
  id: 'default',
  color: { primaryColor: '#6139F6', isDarkModeEnabled: false, darkPrimaryColor: '#8768F8' },
  branding: { logoUrl: 'https://logto.io/logo.svg', darkLogoUrl: 'https://logto.io/logo-dark.svg' },
  hideLogtoBranding: false,
  languageInfo: { autoDetect: true, fallbackLanguage: 'en' },
  termsOfUseUrl: null,
  privacyPolicyUrl: null,
  agreeToTermsPolicy: 'Automatic',
  signIn: {
    methods: [{ identifier: 'username', password: true, verificationCode: false, isPasswordPrimary: true }],
  },
  signUp: { identifiers: ['username'], password: true, verify: false },
  socialSignIn: {},
  socialSignInConnectorTargets: [],
  signInMode: 'SignInAndRegister',
  customCss: null,
  customContent: {},
  customUiAssets: null,
  customUiCsp: {},
  passwordPolicy: {
    rejects: { pwned: false, repetitionAndSequence: true, userInfo: true, words: [] },
  },
  mfa: { factors: [], policy: 'UserControlled' },
  adaptiveMfa: {},
  singleSignOnEnabled: false,
  supportEmail: null,
  supportWebsiteUrl: null,
  unknownSessionRedirectUrl: null,
  captchaPolicy: {},
  sentinelPolicy: {},
  emailBlocklistPolicy: {},
  verificationCodePolicy: {},
  forgotPasswordMethods: [],
  passkeySignIn: {},
  signUpProfileFields: null,
  passwordExpiration: {},
  usernamePolicy: {
    caseSensitive: true,
    minLength: 1,
    maxLength: 128,
    allowedChars: { lowercase: true, uppercase: true, numbers: true, underscore: true },
  },
};

const freshAccountCenter: AccountCenter = {
  tenantId: 'default',
  id: 'default',
  enabled: false,
  fields: {},
  webauthnRelatedOrigins: [],
  deleteAccountUrl: null,
  customCss: null,
  profileFields: null,
};

const freshIdToken: IdTokenConfig = {
  enabledExtendedClaims: ['roles', 'organizations', 'organization_roles'],
};

export function createSettings(store: Store): Settings {
  const experience = store.collection<SignInExperience>('signInExperience');
  const account = store.collection<AccountCenter>('accountCenter');
  const cimd = store.collection<CimdConfig>('cimdConfig');
  const idToken = store.collection<IdTokenConfig>('idTokenConfig');
  const customizers = store.collection<JwtCustomizer>('jwtCustomizers');
  const signInExperience = (): SignInExperience => experience.get('default') ?? fresh;
  return {
    signInExperience,
    isFresh: () => !experience.has('default') && !account.has('default') && !cimd.has('default'),
    setSignInExperience(changes) {
      const changed: SignInExperience = { ...signInExperience(), ...changes };
      experience.put('default', changed);
      return changed;
    },
    accountCenter: () => account.get('default') ?? freshAccountCenter,
    setAccountCenter(changes) {
      const changed = { ...(account.get('default') ?? freshAccountCenter), ...changes };
      account.put('default', changed);
      return changed;
    },
    cimd: () => cimd.get('default') ?? { enabled: false },
    setCimd(changes) {
      const changed = { enabled: false, ...cimd.get('default'), ...changes };
      cimd.put('default', changed);
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
