import type { Translated } from '../../i18n/messages.ts';
import type { messages as english } from './messages.en.ts';

export const messages: Translated<typeof english> = {
  open: '내보내기',
  csv: 'CSV',
  xlsx: 'Excel(XLSX)',
  jsonl: 'JSON Lines',
  json: 'JSON (서명 포함)',
  stop: '내보내기 중지({{size}})',
  done: '{{name}} 파일을 저장했어요.',
  printed: '{{brand}} · {{organization}} · {{person}} 님이 {{at}}에 인쇄했어요',
  failure: {
    denied: '내보내지 못했어요. 더 이상 볼 권한이 없어요.',
    'too-large': '내보내지 못했어요. 목록이 너무 길어 Excel 파일로 만들 수 없어요. CSV로 내보내 주세요.',
    undecided: '내보내지 못했어요. 지금은 권한을 확인할 수 없어요.',
    busy: '내보내지 못했어요. 다른 내보내기가 진행 중이거나 서버가 바빠요. 잠시 후 다시 시도해 주세요.',
    'sign-in': '내보내지 못했어요. 로그인을 확인하는 Logto에 연결할 수 없어요.',
    unreachable: '내보내지 못했어요. 서버에 연결할 수 없어요.',
    'broke-off': '저장하지 못했어요. 끝까지 받기 전에 연결이 끊겼어요.',
    failed: '내보내지 못했어요. 서버에서 파일을 만들지 못했어요.',
  },
};
