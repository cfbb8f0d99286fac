import { FreshAnswer } from '../features/answer/FreshAnswer.tsx';
import { KeepFind } from '../features/finds/KeepFind.tsx';
import { explainAnswer } from '../features/identify/explain-answer.ts';
import type { AnswerViewProps } from '../features/identify/IdentifyPage.tsx';
import { outlineAnswer } from '../features/identify/outline-answer.ts';
import { usePhotosSession } from '../features/photos/PhotosSession.tsx';
import { ViewGuide } from '../features/photos/ViewGuide.tsx';
import { PoisonHelp } from '../features/poison-help/PoisonHelp.tsx';
import { HowOftenWrong } from '../features/trust/HowOftenWrong.tsx';

/** Features don't know each other: what an answer takes from the others is put in here. */
export function FreshAnswerView(props: AnswerViewProps) {
  const { photos } = usePhotosSession();
  return (
    <FreshAnswer
      {...props}
      photos={photos}
      explain={(signal) => explainAnswer(props.answer, { photos }, signal)}
      outline={(signal) => outlineAnswer(props.answer, { photos }, signal)}
      ViewGuide={ViewGuide}
      poisonHelp={<PoisonHelp />}
      howOftenWrong={<HowOftenWrong />}
      keeping={(answer, photo) => <KeepFind key={answer.id} answer={answer} photo={photo} />}
    />
  );
}
