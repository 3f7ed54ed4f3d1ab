import type { Translated } from '../../i18n/messages.ts';
import type { messages as english } from './messages.en.ts';

export const messages: Translated<typeof english> = {
  scope: {
    'access:read': '누가 어떤 권한을 왜 가졌는지 보기',
    'requests:write': '나 대신 권한 요청하기',
  },
  title: '연결된 애플리케이션',
  address: 'MCP 서버 주소',
  unverified: '확인되지 않은 이름, {{host}}',
  canChange: '변경할 수 있어요',
  noScopes: '권한 없음',
  state: { waiting: '아직 허용하지 않음', blocked: '차단됨', unused: '여기서 쓰지 않음' },
  since: '연결:',
  lastUsed: '마지막 사용:',
  neverUsed: '사용한 적 없음',
  activity: '감사 기록에서 보기',
  activityOf: '감사 기록에서 보기: {{application}}',
  grantsUnknown: 'Logto에 확인하지 못해서, Logto에만 있는 연결은 빠져 있을 수 있어요.',
  disconnect: {
    submit: '연결 해제',
    of: '{{application}} 연결 해제',
    title: '‘{{application}}’ 연결을 해제할까요?',
    own: '이 조직과 다른 조직에서 나를 대신한 요청이 바로 거부돼요. Logto의 동의도 삭제되어, 다시 연결하려면 새로 동의해야 해요.',
    person:
      '이 조직에서 {{person}} 님을 대신한 요청이 바로 거부돼요. 다시 연결하려면 {{person}} 님이 새로 동의해야 해요. 이것도 막으려면 애플리케이션을 차단해 주세요.',
    done: '‘{{application}}’ 연결을 해제했어요.',
    donePerson: '‘{{application}}’은(는) 이제 여기서 {{person}} 님을 대신할 수 없어요.',
    unknown:
      '‘{{application}}’ 연결을 해제해서 요청이 거부돼요. Latchkey가 Logto의 동의를 관리할 수 없어서, 동의는 Logto에 남아 있을 수 있어요.',
    unreachable:
      '‘{{application}}’ 연결을 해제해서 요청이 거부돼요. Logto에 연결할 수 없어서 동의는 아직 Logto에 남아 있어요.',
    failed: '‘{{application}}’ 연결을 해제하지 못했어요',
    gone: '‘{{application}}’은(는) 이미 연결되어 있지 않아요.',
  },
};
