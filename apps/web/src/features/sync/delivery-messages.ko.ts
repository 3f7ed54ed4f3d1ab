import type { FailureCode } from './sync-status.ts';
import type { WebhookEventName } from './webhook-event-names.ts';

export const failureMessages: Readonly<Record<FailureCode, { readonly why: string; readonly todo: string }>> =
  {
    PERMIT_UNAVAILABLE: {
      why: 'Permit가 응답하지 않았어요',
      todo: '일시적인 장애는 자동으로 재시도해요. 계속되면 이 서버가 PERMIT_API_URL에 연결되는지 ‘pnpm latchkey doctor’로 확인해 주세요.',
    },
    PERMIT_RATE_LIMITED: {
      why: 'Permit의 요청 한도를 넘었어요',
      todo: '동기화 속도를 자동으로 줄여요. 계속되면 PERMIT_WRITES_PER_MINUTE를 낮추거나 Permit에 한도 상향을 요청해 주세요.',
    },
    PERMIT_FORBIDDEN: {
      why: 'Permit가 API 키를 거부했어요',
      todo: 'PERMIT_API_KEY가 교체됐거나 다른 환경의 키인지 확인하고, 올바른 키로 서버를 다시 시작해 주세요.',
    },
    PERMIT_REFUSED: {
      why: 'Permit가 변경을 거부했어요',
      todo: 'Permit에 없는 역할인 경우가 많아요. ‘pnpm latchkey policy plan’으로 빠진 역할을 확인해 주세요.',
    },
    LOGTO_UNAVAILABLE: {
      why: 'Logto가 응답하지 않았어요',
      todo: '일시적인 장애는 자동으로 재시도해요. 계속되면 이 서버가 LOGTO_ENDPOINT에 연결되는지 ‘pnpm latchkey doctor’로 확인해 주세요.',
    },
    LOGTO_RATE_LIMITED: {
      why: 'Logto의 요청 한도를 넘었어요',
      todo: '자동으로 재시도해요. 계속되면 다른 곳에서 같은 Logto 테넌트에 요청을 많이 보내고 있을 수 있어요.',
    },
    LOGTO_FORBIDDEN: {
      why: 'Logto가 동기화 접근을 거부했어요',
      todo: 'LOGTO_M2M_APP_ID와 LOGTO_M2M_APP_SECRET이 맞는지, 앱에 ‘Logto Management API access’ 역할이 있는지 확인해 주세요.',
    },
    LOGTO_REFUSED: {
      why: 'Logto가 요청을 거부했어요',
      todo: 'LOGTO_ENDPOINT와 LOGTO_MANAGEMENT_RESOURCE가 같은 테넌트의 것인지 ‘pnpm latchkey doctor’로 확인해 주세요.',
    },
    PAYLOAD_UNUSABLE: {
      why: '이벤트 내용을 읽을 수 없어요',
      todo: '재처리해도 해결되지 않아요. Logto에서 해당 사용자나 조직을 다시 저장하면 새 이벤트가 와요.',
    },
    ABANDONED: {
      why: '마지막 시도 중에 서버가 종료됐어요',
      todo: '다시 처리해 보세요. 서버가 또 종료되면 서버 로그를 확인하고, 이 항목의 ID를 Latchkey 담당자에게 보내 주세요.',
    },
    INTERNAL: {
      why: 'Latchkey 내부 오류예요',
      todo: '같은 시각의 서버 로그를 확인해 주세요. 계속되면 상세 내용을 Latchkey 담당자에게 보내 주세요.',
    },
  };

export const eventMessages = {
  PostRegister: '가입',
  PostSignIn: '로그인',
  'User.Created': '사용자 생성',
  'User.Data.Updated': '사용자 정보 변경',
  'User.SuspensionStatus.Updated': '사용자 정지 또는 해제',
  'User.Deleted': '사용자 삭제',
  'Organization.Created': '조직 생성',
  'Organization.Data.Updated': '조직 정보 변경',
  'Organization.Membership.Updated': '구성원 변경',
  'Organization.Deleted': '조직 삭제',
  'Role.Data.Updated': '역할 변경',
  'Role.Deleted': '역할 삭제',
  'OrganizationRole.Data.Updated': '조직 역할 변경',
  'OrganizationRole.Deleted': '조직 역할 삭제',
} as const satisfies Record<WebhookEventName, string>;
