import type { Translated } from './messages.ts';
import type { messages as english } from './messages.en.ts';

/**
 * The messages that every page may show, such as those of access denied (`denied`). The messages of one feature are in
 * features/<feature>/messages.ko.ts, the names of pages in features/<feature>/routes.ts. See messages.en.ts.
 */
export const messages: Translated<typeof english> = {
  brand: 'Latchkey',
  pending: '잠시만 기다려 주세요…',
  more: '더 보기',
  layout: {
    skip: '본문으로 건너뛰기',
    navigation: '주 메뉴',
    menu: '메뉴 열기',
    closeMenu: '메뉴 닫기',
    breadcrumb: '현재 위치',
    organization: '조직',
    defaultOrganization: '기본 조직',
    you: '내 계정',
    language: '언어',
    theme: '테마',
    themes: { system: '시스템 설정', light: '밝게', dark: '어둡게' },
    signOut: '로그아웃',
    signOutFailed: '지금은 Logto에 연결할 수 없어서 로그아웃하지 못했어요. 잠시 후 다시 시도해 주세요.',
    yourRoles: '내 역할',
    noRole: '아직 역할이 없어요',
    noName: '로그인됨',
  },
  denied: {
    title: '접근 권한이 없어요',
    needs: '내 역할에 없는 권한이 필요해요.',
    unnamed: '내 역할에 필요한 권한이 없어요.',
    newcomer:
      '아직 이 조직에서 맡은 역할이 없어요. 새 계정이라면 몇 초 안에 첫 역할을 받아요. 그렇지 않다면 관리자에게 요청해 주세요.',
    who: '이 권한이 있는 역할',
    whoOwner: '보고서 소유자와, 소유자가 공유한 사람이에요.',
    ask: '조직 관리자에게 이 중 한 역할을 요청해 주세요.',
    askInstallation:
      '모든 조직에 걸친 일이라 한 조직의 역할만으로는 할 수 없어요. 서비스 전체를 관리하는 관리자에게 요청해 주세요.',
    askOwner: '보고서 소유자나 관리자에게 요청해 주세요.',
    back: '보고서로 돌아가기',
  },
  decision: {
    allowed: '허용',
    allowedBy: '허용 · {{role}} 역할',
    denied: '거부',
    unavailable: '지금은 확인할 수 없어요',
    unknown: '확인하고 있어요…',
  },
  gate: {
    needs: '‘{{permission}}’ 권한이 필요해요.',
    grantedBy: '{{roles}}가 할 수 있어요.',
    ownerOnly: '보고서 소유자가 할 수 있어요.',
    unavailable: '지금은 권한을 확인할 수 없어요. 다시 확인하고 있어요…',
  },
  undecided: {
    title: '지금은 권한을 확인할 수 없어요',
    why: '거부되거나 바뀐 것은 없어요. 계속 확인하고 있으니, 확인되면 화면이 저절로 열려요.',
    check: '지금 확인',
  },
  error: {
    why: '다시 시도해 주세요. 계속되면 아래 번호를 관리자에게 알려 주세요.',
    whyPlain: '잠시 후 다시 시도해 주세요.',
    unreachable: 'Latchkey에 연결할 수 없어요. 네트워크를 확인해 주세요. 화면이 저절로 다시 시도해요.',
    unknownOutcome:
      'Latchkey가 응답하지 않아서 처리되었는지 알 수 없어요. 네트워크를 확인하고, 다시 하기 전에 처리되었는지 먼저 살펴봐 주세요.',
    again: '화면이 저절로 다시 시도해요.',
    code: {
      SERVER_BUSY: '지금은 Latchkey에 요청이 너무 많아요.',
      REQUEST_TIMEOUT: '요청이 도착하는 데 너무 오래 걸렸어요. 네트워크가 느릴 수 있어요.',
      SUBSCRIPTION_LIMIT: 'Latchkey를 연 탭이나 창이 너무 많아요. 몇 개를 닫아 주세요.',
      BATCH_TOO_LARGE:
        '화면이 한 번에 너무 많은 것을 요청했어요. 새로고침해 주세요. 계속되면 관리자에게 알려 주세요.',
      REQUEST_TOO_LARGE: '한 번에 보낼 수 있는 양을 넘었어요. 내용을 줄여서 다시 시도해 주세요.',
      UNSUPPORTED_ENCODING:
        '요청이 Latchkey가 읽을 수 없는 형태로 도착했어요. 중간의 프록시가 바꾸었을 수 있으니 관리자에게 알려 주세요.',
    },
    signedOut: '로그인이 만료되었어요.',
    signIn: '다시 로그인',
    retry: '다시 시도',
    requestId: '요청 번호',
    page: '이 화면을 보여 드리지 못했어요',
    start: 'Latchkey를 시작하지 못했어요',
    signInUnreachable: '지금은 로그인 서버에 연결할 수 없어요. 잠시 후 다시 시도해 주세요.',
  },
  stream: {
    lost: '지금은 Latchkey에 연결할 수 없어요. 보이는 내용이 최신이 아닐 수 있어요. 연결되면 바로 새로 가져와요.',
    crowded:
      'Latchkey를 연 탭이나 창이 너무 많아서 이 화면은 바뀐 내용을 늦게 알게 돼요. 몇 개를 닫아 주세요.',
  },
  notFound: {
    title: '여기에는 화면이 없어요',
    why: '주소가 잘못되었거나 화면이 옮겨졌을 수 있어요.',
    back: '보고서로 돌아가기',
    gone: '삭제되었거나 주소가 잘렸을 수 있어요.',
  },
  notice: { close: '닫기' },
  copy: { copy: '복사', copied: '복사했어요' },
  person: { id: '아이디' },
  role: { viewer: '뷰어', editor: '편집자', admin: '관리자' },
  roles: { viewer: '뷰어', editor: '편집자', admin: '관리자' },
  permission: {
    'collections:view': '모음 보기',
    'collections:create': '모음 만들기',
    'collections:edit': '모음 편집',
    'collections:share': '모음 공유',
    'collections:delete': '모음 삭제',
    'reports:view': '보고서 보기',
    'reports:create': '보고서 만들기',
    'reports:edit': '보고서 편집',
    'reports:publish': '보고서 게시',
    'reports:share': '보고서 공유',
    'reports:delete': '보고서 삭제',
    'reports:view-confidential': '기밀 보고서 보기',
    'members:view': '구성원 보기',
    'members:invite': '구성원 초대',
    'members:assign': '역할 지정',
    'members:remove': '구성원 내보내기',
    'requests:create': '권한 요청',
    'requests:view': '권한 요청 보기',
    'requests:decide': '권한 요청 처리',
    'audit:view': '감사 기록 보기',
    'sync:view': '동기화 상태 보기',
    'sync:replay': '수신 기록 재처리',
    'sync:reconcile': '디렉터리 맞추기',
    'policy:view': '정책 보기',
  },
};
