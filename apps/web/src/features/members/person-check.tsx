import { useState, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Person } from '../../shared/person.tsx';
import { OthersAnswer, OwnAnswer } from '../../shared/explain/check-answer.tsx';
import type { CheckQuestion } from '../../shared/explain/explanation.ts';
import { AccessQuestionFields } from '../../shared/explain/access-question-fields.tsx';
import { Section } from '../../ui/section.tsx';
import type { MemberDetails } from './member.ts';

/** "Why can or can’t …" about this person, answered inline. */
export function PersonCheck(props: {
  readonly member: MemberDetails;
  readonly isReader: boolean;
}): ReactNode {
  const { member, isReader } = props;
  const { subject: key, name, email, kind } = member;
  const { t } = useTranslation();
  const [question, setQuestion] = useState<CheckQuestion>({ person: key });
  const { permission, on } = question;
  return (
    <Section anchor="check" title={t('onePerson.check')} plain>
      <AccessQuestionFields
        question={question}
        onChange={setQuestion}
        person={<Person person={{ key, name, email, isMachine: kind === 'machine' }} />}
      />
      {permission !== undefined && (
        <div className="mt-5">
          {isReader ? (
            <OwnAnswer permission={permission} on={on} reader={{ key, name }} />
          ) : (
            <OthersAnswer person={key} permission={permission} on={on} isShareable={false} />
          )}
        </div>
      )}
    </Section>
  );
}
