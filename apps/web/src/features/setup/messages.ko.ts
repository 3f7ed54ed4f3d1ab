import type { Translated } from '../../i18n/messages.ts';
import type { messages as english } from './messages.en.ts';

export const messages: Translated<typeof english> = {
  title: 'Latchkey 시작하기',
  purpose: '아직 남아 있는 설정이에요. 모두 끝나면 이 목록은 사라져요.',
  progress_other: '{{count, number}}개 중 {{done, number}}개 완료',
  failed: '목록을 불러오지 못했어요',
  state: { done: '완료', todo: '할 일', unknown: '지금은 확인할 수 없어요' },
  command: '명령어',
  check: {
    logto: {
      name: 'Logto로 로그인하기',
      how: 'Logto가 토큰에 서명하고, 서버가 그 키를 알고 있어요.',
    },
    pdp: {
      name: 'PDP 응답 확인',
      how: '서버는 PERMIT_PDP_URL의 PDP로 모든 권한을 확인해요. 컨테이너를 시작하거나 주소를 고쳐 주세요.',
    },
    policy: {
      name: 'Permit에 정책 적용',
      how: 'Permit의 정책이 이 버전의 정책과 달라요. ‘policy plan’으로 차이를 확인한 뒤 적용해 주세요.',
    },
    administrator: {
      name: '관리자 지정',
      how: 'Logto에 표시된 ID로 역할을 부여해 주세요.',
    },
    'management-api': {
      name: '서버에 Logto 연결하기',
      how: 'Logto에서 ‘Logto Management API access’ 역할이 있는 M2M 앱을 만들고, LOGTO_M2M_APP_ID와 LOGTO_M2M_APP_SECRET을 설정한 뒤 서버를 다시 시작해 주세요.',
    },
    webhook: {
      name: 'Logto의 변경 사항 받기',
      how: 'Logto에서 이 주소로 가는 웹훅을 만들고, 서명 키를 LOGTO_WEBHOOK_SIGNING_KEYS에 넣어 주세요. 첫 이벤트가 오면 완료돼요. 로그아웃했다가 다시 로그인해 보세요.',
    },
  },
  commandsWhere:
    '명령어는 서버의 환경 변수가 있는 셸에서 실행하세요. 소스 코드에서 실행한다면: pnpm {{command}}',
  doctor: '밖에서 더 자세히 점검하려면:',
  consoles: '콘솔',
  logtoConsole: 'Logto 콘솔',
  permitConsole: 'Permit 콘솔',
  dismiss: '목록 닫기',
  dismissHow: '모든 기기에서, 모든 사람에게 더 이상 보이지 않아요.',
  dismissFailed: '목록을 닫지 못했어요',
  complete: {
    title: '준비가 끝났어요',
    how: '설정을 모두 마쳤어요.',
    go: '권한 보고서로 가기',
  },
  closed: {
    title: '시작하기 목록이 닫혔어요',
    how: '모두 마쳤거나 누군가 닫은 목록이에요. 설치 상태는 ‘latchkey doctor’로 확인해 주세요.',
  },
  notYours: {
    title: '운영자를 위한 시작하기 목록이에요',
    how: '남은 설정은 이 설치의 관리자만 볼 수 있어요.',
  },
  first: {
    purpose: '아직 관리자가 없어요. 이 설치의 키를 가진 사람이 첫 관리자를 지정해요.',
    policy: {
      name: 'Permit에 정책 적용',
      how: '아직 하지 않았다면 먼저 해 주세요. 역할이 Permit에 있어야 해요.',
    },
    grant: {
      name: '관리자 되기',
      how: '내 ID가 들어 있는 명령어예요. 몇 초 안에 다음 화면으로 자동으로 넘어가요.',
    },
  },
};
