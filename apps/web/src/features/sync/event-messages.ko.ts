import type { SyncLocale } from '../../i18n/messages.ts';

export const koEvents: SyncLocale['event'] = {
  PostRegister: '가입',
  PostSignIn: '로그인',
  User: {
    Created: '사용자 생성',
    Data: { Updated: '사용자 정보 변경' },
    SuspensionStatus: { Updated: '사용자 정지 또는 해제' },
    Deleted: '사용자 삭제',
  },
  Organization: {
    Created: '조직 생성',
    Data: { Updated: '조직 정보 변경' },
    Membership: { Updated: '구성원 변경' },
    Deleted: '조직 삭제',
  },
  Role: { Data: { Updated: '역할 변경' }, Deleted: '역할 삭제' },
  OrganizationRole: { Data: { Updated: '조직 역할 변경' }, Deleted: '조직 역할 삭제' },
};
