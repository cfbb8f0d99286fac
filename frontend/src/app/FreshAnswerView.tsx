import { KeepFind } from '../features/finds/KeepFind.tsx';
import { FreshAnswer, type AnswerViewProps } from '../features/identify/FreshAnswer.tsx';
import { PoisonHelp } from '../features/poison-help/PoisonHelp.tsx';
import { HowOftenWrong } from '../features/trust/HowOftenWrong.tsx';

/** Features don't know each other: what an answer takes from the others is put in here. */
export function FreshAnswerView(props: AnswerViewProps) {
  return (
    <FreshAnswer
      {...props}
      poisonHelp={<PoisonHelp />}
      howOftenWrong={<HowOftenWrong />}
      keeping={(answer, photo) => <KeepFind key={answer.id} answer={answer} photo={photo} />}
    />
  );
}
