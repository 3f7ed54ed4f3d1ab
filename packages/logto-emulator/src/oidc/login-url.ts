import type { Interaction, KoaContextWithOIDC } from 'oidc-provider';
import type { Logto } from '../logto.ts';

const screens: Readonly<Record<string, string>> = {
  sign_in: '/sign-in',
  signIn: '/sign-in',
  register: '/register',
  signUp: '/register',
  'identifier:sign_in': '/sign-in',
  'identifier:register': '/register',
  reset_password: '/reset-password',
};

/** Parameters that the sign-in pages read from their own URL, as Logto's pages do. */
const forwardedParams = [
  'organization_id',
  'ui_locales',
  'one_time_token',
  'login_hint',
  'identifier',
] as const;

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** The URL of the page to sign in, to sign up or to consent: `interactions.url` of oidc-provider. */
export const loginUrl =
  (logto: Logto) =>
  (_: KoaContextWithOIDC, { params, prompt }: Interaction): string => {
    const query = new URLSearchParams();
    const clientId = text(params['client_id']);
    if (clientId !== undefined) query.set('app_id', clientId);
    if (prompt.name === 'consent') return `/consent?${query.toString()}`;

    if (text(params['emulator_user']) !== undefined || logto.signInAs() !== undefined) return '/sign-in/as';
    for (const name of forwardedParams) {
      const value = text(params[name]);
      if (value !== undefined) query.set(name, value);
    }
    const screen =
      screens[text(params['first_screen']) ?? text(params['interaction_mode']) ?? 'sign_in'] ?? '/sign-in';
    const [method, target] = (text(params['direct_sign_in']) ?? '').split(':');
    if (method === 'social' && target !== undefined && target !== '') {
      query.set('fallback', screen.slice(1));
      return `/direct/social/${encodeURIComponent(target)}?${query.toString()}`;
    }
    return `${screen}?${query.toString()}`;
  };
