import type { Translated } from '../../i18n/messages.ts';
import type { messages as english } from './messages.en.ts';

export const messages: Translated<typeof english> = {
  role: { assign: '역할 부여', unassign: '역할 회수' },
  member: { remove: '접근 해제', restore: '접근 복원' },
  user: { create: '계정 생성', update: '계정 정보 변경', delete: '계정 삭제' },
  tenant: { create: '조직 생성', update: '조직 정보 변경', delete: '조직 삭제' },
  policy: { apply: '정책 적용' },
  request: {
    create: '권한 요청',
    withdraw: '요청 취소',
    approve: '요청 승인',
    refuse: '요청 거절',
    undo: '결정 되돌리기',
  },
  grant: { end: '권한 종료' },
  invitation: {
    create: '초대',
    resend: '초대 다시 보내기',
    revoke: '초대 취소',
    accept: '초대 수락',
  },
  report: {
    create: '보고서 생성',
    publish: '보고서 게시',
    unpublish: '보고서 게시 취소',
    classify: '보고서 기밀 여부 변경',
    rename: '보고서 이름 변경',
    delete: '보고서 삭제',
    restore: '삭제한 보고서 복구',
    purge: '보고서 영구 삭제',
    export: '보고서 내보내기',
  },
  collection: {
    create: '모음 생성',
    rename: '모음 이름 변경',
    add: '모음에 보고서 담기',
    take: '모음에서 보고서 빼기',
    delete: '모음 삭제',
  },
  share: { give: '공유', take: '공유 해제' },
  sync: {
    pause: '동기화 일시 중지',
    resume: '동기화 다시 시작',
    replay: '수신 기록 재처리',
    reconcile: '전체 동기화 시작',
  },
  audit: { export: '기록 내보내기', gap: '유실된 기록' },
  'view-as': { start: '다른 사람으로 콘솔 보기 시작', end: '다른 사람으로 콘솔 보기 종료' },
};
