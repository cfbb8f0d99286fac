import { SharedAnswerPage } from '../features/identify/SharedAnswerPage.tsx';
import { PoisonHelp } from '../features/poison-help/PoisonHelp.tsx';
import { HowOftenWrong } from '../features/trust/HowOftenWrong.tsx';

/** As for a fresh answer: what it takes from other features is put in here. */
export function SharedAnswerRoute() {
  return <SharedAnswerPage poisonHelp={<PoisonHelp />} howOftenWrong={<HowOftenWrong />} />;
}
