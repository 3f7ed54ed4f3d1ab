import type { Context } from 'koa';

const en = {
  locale: 'en',
  signIn: 'Sign in',
  signInTo: (app: string) => `Sign in to ${app}`,
  register: 'Create account',
  registerFor: (app: string) => `Create your ${app} account`,
  identifier: 'Username or email',
  email: 'Email',
  name: 'Name',
  password: 'Password',
  newPassword: 'New password',
  passwordHint: (length: number) => `At least ${length} characters.`,
  showPassword: 'Show',
  hidePassword: 'Hide',
  noAccount: 'No account yet?',
  haveAccount: 'Already have an account?',
  or: 'or',
  continue: 'Continue',
  continueWith: (provider: string) => `Continue with ${provider}`,
  testAccounts: 'Test accounts',
  testAccountsNote: 'Sign in with one click, without a password.',
  emulator: 'Logto emulator',
  emulatorNote: 'Runs on this machine. Nothing leaves it.',
  forgot: 'Forgot password?',
  resetPassword: 'Reset your password',
  resetNote: 'Enter the email of your account. We send you a code to set a new password with.',
  sendCode: 'Send code',
  code: 'Code',
  changePassword: 'Change password',
  passwordChanged: 'Your password is changed. Sign in with the new one.',
  backToSignIn: 'Back to sign in',
  inbox: 'Emulator inbox',
  inboxCode: (recipient: string) => `To ${recipient}: your verification code is`,
  inboxEmpty: (recipient: string) =>
    `No mail was sent: there is no account with ${recipient}. Logto does not report that either.`,
  chooseIdentity: (provider: string) => `Choose a ${provider} account`,
  fakeProvider: (provider: string) => `${provider}, emulated`,
  fakeProviderNote: (provider: string) =>
    `This stands in for ${provider} and accepts any identity. The real one is not contacted.`,
  invitationTo: (organization: string) => `Join ${organization}`,
  invitedAs: (invitee: string) => `This invitation is for ${invitee}.`,
  withRoles: (roles: string) => `It comes with the role ${roles}.`,
  invitedNew: 'There is no account with this email yet. Choose a password to create one.',
  join: (organization: string) => `Join ${organization}`,
  invitationOver: {
    Pending: '',
    Accepted: 'The invitation is accepted. You can sign in to your application now.',
    Expired: 'The invitation has expired. Ask for a new one.',
    Revoked: 'The invitation was withdrawn. Ask its sender for a new one.',
  },
  signingOut: 'Signing you out',
  signOut: 'Sign out',
  signedOut: 'You are signed out',
  signedOutNote: 'You can close this page.',
  lostSession: 'This sign-in is over',
  device: 'Sign in on a device',
  deviceNote: 'Enter the code that the device shows.',
  deviceCodeWrong: 'This code is not valid. Check it on the device.',
  deviceConfirm: 'Does the device show this code?',
  deviceDone: 'You are signed in on the device, and can close this page.',
  console: 'Console of the emulator',
  lostSessionNote:
    'It took more than an hour, or it was finished in another tab. Go back to the application and sign in again.',
  errors: {
    identifierRequired: 'Enter your username or email.',
    passwordRequired: 'Enter your password.',
    invalidCredentials: 'Incorrect account or password. Check both and try again.',
    locked: 'Too many attempts in a short time. Try again later.',
    suspended: 'This account is suspended. Ask your administrator to restore it.',
    registrationClosed: 'New accounts are not being created here. Ask your administrator for one.',
    usernameInvalid: 'A username has letters, digits and underscores only, and does not start with a digit.',
    emailInvalid: 'Enter a valid email address.',
    usernameTaken: 'This username is taken. Choose another one, or sign in.',
    emailTaken: 'There is an account with this email. Sign in instead.',
    passwordTooShort: 'Choose a longer password.',
    codeInvalid: 'That is not the code, or it is too old. Check it, or ask for a new one.',
    tooManyMessages: 'Too many codes were sent to this address. Try again in ten minutes.',
  },
};

export type Translation = typeof en;
export type ErrorName = keyof Translation['errors'];

const ko: Translation = {
  locale: 'ko',
  signIn: '로그인',
  signInTo: (app) => `${app} 로그인`,
  register: '계정 만들기',
  registerFor: (app) => `${app} 계정 만들기`,
  identifier: '사용자 이름 또는 이메일',
  email: '이메일',
  name: '이름',
  password: '비밀번호',
  newPassword: '새 비밀번호',
  passwordHint: (length) => `${length}자 이상 입력해 주세요.`,
  showPassword: '보기',
  hidePassword: '숨기기',
  noAccount: '아직 계정이 없나요?',
  haveAccount: '이미 계정이 있나요?',
  or: '또는',
  continue: '계속하기',
  continueWith: (provider) => `${provider} 계정으로 계속하기`,
  testAccounts: '테스트 계정',
  testAccountsNote: '비밀번호 없이 한 번에 로그인해요.',
  emulator: 'Logto 에뮬레이터',
  emulatorNote: '이 컴퓨터에서만 동작하고, 밖으로 나가는 정보는 없어요.',
  forgot: '비밀번호를 잊으셨나요?',
  resetPassword: '비밀번호 재설정',
  resetNote: '계정의 이메일을 입력해 주세요. 새 비밀번호를 정할 수 있는 코드를 보내 드려요.',
  sendCode: '코드 보내기',
  code: '코드',
  changePassword: '비밀번호 바꾸기',
  passwordChanged: '비밀번호를 바꿨어요. 새 비밀번호로 로그인해 주세요.',
  backToSignIn: '로그인으로 돌아가기',
  inbox: '에뮬레이터 받은 편지함',
  inboxCode: (recipient) => `${recipient} 앞으로 온 인증 코드`,
  inboxEmpty: (recipient) =>
    `${recipient} 계정이 없어서 메일을 보내지 않았어요. Logto도 이 사실을 알려 주지 않아요.`,
  chooseIdentity: (provider) => `${provider} 계정 선택`,
  fakeProvider: (provider) => `${provider} (에뮬레이터)`,
  fakeProviderNote: (provider) =>
    `${provider} 대신 나타난 화면이에요. 누구라고 하든 그대로 믿고, 실제 ${provider}에는 묻지 않아요.`,
  invitationTo: (organization) => `${organization} 초대`,
  invitedAs: (invitee) => `${invitee} 님께 보낸 초대예요.`,
  withRoles: (roles) => `${roles} 역할을 받게 돼요.`,
  invitedNew: '아직 이 이메일로 만든 계정이 없어요. 비밀번호를 정하면 계정이 만들어져요.',
  join: (organization) => `${organization} 참여하기`,
  invitationOver: {
    Pending: '',
    Accepted: '초대를 수락했어요. 이제 애플리케이션에 로그인할 수 있어요.',
    Expired: '초대 기간이 지났어요. 새 초대를 요청해 주세요.',
    Revoked: '취소된 초대예요. 보낸 분께 문의해 주세요.',
  },
  signingOut: '로그아웃하는 중이에요',
  signOut: '로그아웃',
  signedOut: '로그아웃했어요',
  signedOutNote: '이 페이지를 닫아도 돼요.',
  lostSession: '이 로그인은 끝났어요',
  device: '기기에서 로그인',
  deviceNote: '기기에 표시된 코드를 입력하세요.',
  deviceCodeWrong: '코드가 올바르지 않습니다. 다시 확인하세요.',
  deviceConfirm: '기기에 같은 코드가 표시되나요?',
  deviceDone: '로그인했습니다. 이 페이지를 닫아도 됩니다.',
  console: '에뮬레이터 콘솔',
  lostSessionNote:
    '한 시간이 지났거나 다른 탭에서 이미 마쳤어요. 애플리케이션으로 돌아가 다시 로그인해 주세요.',
  errors: {
    identifierRequired: '사용자 이름이나 이메일을 입력해 주세요.',
    passwordRequired: '비밀번호를 입력해 주세요.',
    invalidCredentials: '계정 또는 비밀번호가 맞지 않아요. 다시 확인해 주세요.',
    locked: '짧은 시간에 너무 많이 시도했어요. 잠시 뒤에 다시 시도해 주세요.',
    suspended: '정지된 계정이에요. 관리자에게 문의해 주세요.',
    registrationClosed: '여기서는 새 계정을 만들 수 없어요. 관리자에게 문의해 주세요.',
    usernameInvalid: '사용자 이름에는 영문자, 숫자, 밑줄만 쓸 수 있고 숫자로 시작할 수 없어요.',
    emailInvalid: '이메일 주소 형식이 아니에요.',
    usernameTaken: '이미 사용 중인 이름이에요. 다른 이름을 고르거나 로그인해 주세요.',
    emailTaken: '이 이메일로 만든 계정이 있어요. 로그인해 주세요.',
    passwordTooShort: '더 긴 비밀번호를 입력해 주세요.',
    codeInvalid: '코드가 맞지 않거나 오래됐어요. 다시 확인하거나 새 코드를 받아 주세요.',
    tooManyMessages: '이 주소로 코드를 너무 많이 보냈어요. 10분 뒤에 다시 시도해 주세요.',
  },
};

function known(tag: string): Translation | undefined {
  if (/^ko\b/i.test(tag)) return ko;
  return /^en\b/i.test(tag) ? en : undefined;
}

/**
 * The texts in the language that the application requests (`ui_locales`), else in the browser's preference, else in
 * English.
 */
export function textOf(ctx: Context): Translation {
  const requested = String(ctx.query['ui_locales'] ?? '').split(/[ +]/);
  const [found] = requested.flatMap((tag) => known(tag) ?? []);
  return found ?? (ctx.acceptsLanguages('en', 'ko') === 'ko' ? ko : en);
}
