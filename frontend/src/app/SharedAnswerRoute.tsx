import { SharedAnswerPage } from '../features/answer/SharedAnswerPage.tsx';
import { ViewGuide } from '../features/photos/ViewGuide.tsx';
import { PoisonHelp } from '../features/poison-help/PoisonHelp.tsx';
import { HowOftenWrong } from '../features/trust/HowOftenWrong.tsx';

/** As for a fresh answer: what it takes from other features is put in here. */
export function SharedAnswerRoute() {
  return <SharedAnswerPage ViewGuide={ViewGuide} poisonHelp={<PoisonHelp />} howOftenWrong={<HowOftenWrong />} />;
}
