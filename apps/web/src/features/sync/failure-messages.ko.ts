import type { FailureCode } from './sync-status.ts';

export const failureMessages: Readonly<Record<FailureCode, { readonly why: string; readonly todo: string }>> =
  {
    PERMIT_UNAVAILABLE: {
      why: 'Permit.io가 제대로 응답하지 않았어요',
      todo: '일시적인 장애라면 저절로 나아져요. 오래가면 이 서버가 PERMIT_API_URL에 닿는지 확인하세요. ‘pnpm latchkey doctor’가 대신 확인해 줘요.',
    },
    PERMIT_RATE_LIMITED: {
      why: 'Permit.io가 속도를 줄이라고 했어요',
      todo: '동기화가 스스로 속도를 줄여요. 계속되면 PERMIT_WRITES_PER_MINUTE를 낮추거나 Permit.io에 한도를 올려 달라고 요청하세요.',
    },
    PERMIT_FORBIDDEN: {
      why: 'Permit.io가 키를 받아들이지 않았어요',
      todo: 'PERMIT_API_KEY를 확인하세요. 키가 교체되었거나 다른 환경의 키일 수 있어요. 맞는 키로 서버를 다시 시작해야 해요.',
    },
    PERMIT_REFUSED: {
      why: 'Permit.io가 변경을 거절했어요',
      todo: 'Permit.io에 없는 역할인 경우가 많아요. ‘pnpm latchkey policy plan’으로 빠진 것을 찾을 수 있어요.',
    },
    LOGTO_UNAVAILABLE: {
      why: 'Logto가 제대로 응답하지 않았어요',
      todo: '일시적인 장애라면 저절로 나아져요. 오래가면 이 서버가 LOGTO_ENDPOINT에 닿는지 확인하세요. ‘pnpm latchkey doctor’가 대신 확인해 줘요.',
    },
    LOGTO_RATE_LIMITED: {
      why: 'Logto가 속도를 줄이라고 했어요',
      todo: '저절로 나아져요. 계속되면 다른 곳에서 같은 Logto 테넌트를 많이 쓰고 있을 수 있어요.',
    },
    LOGTO_FORBIDDEN: {
      why: 'Logto가 조회를 허용하지 않았어요',
      todo: 'LOGTO_M2M_APP_ID와 LOGTO_M2M_APP_SECRET이 맞는지, 앱에 ‘Logto Management API access’ 역할이 있는지 확인하세요.',
    },
    LOGTO_REFUSED: {
      why: 'Logto가 조회를 거절했어요',
      todo: 'LOGTO_ENDPOINT와 LOGTO_MANAGEMENT_RESOURCE가 다른 테넌트를 가리킬 수 있어요. ‘pnpm latchkey doctor’가 확인해 줘요.',
    },
    PAYLOAD_UNUSABLE: {
      why: '내용을 읽을 수 없어요',
      todo: '재처리해도 읽을 수 없어요. Logto에서 해당 사용자나 조직을 다시 저장하면 새로 알려 줘요.',
    },
    ABANDONED: {
      why: '마지막 시도 중에 서버가 종료됐어요',
      todo: '다시 처리해 보세요. 서버가 또 종료되면 서버 로그를 확인하고, 이 항목의 ID를 Latchkey 담당자에게 보내 주세요.',
    },
    INTERNAL: {
      why: 'Latchkey 내부 오류예요',
      todo: '서버 로그의 같은 시각을 확인하세요. 계속 실패하면 자세한 내용을 Latchkey 담당자에게 보내 주세요.',
    },
  };
