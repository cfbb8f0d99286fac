import { IdentifyPage } from '../features/identify/IdentifyPage.tsx';
import { PoisonHelp } from '../features/poison-help/PoisonHelp.tsx';
import { HowOftenWrong } from '../features/trust/HowOftenWrong.tsx';

/** Features don't know each other: what an answer takes from the others is put in here. */
export function IdentifyRoute() {
  return <IdentifyPage poisonHelp={<PoisonHelp />} howOftenWrong={<HowOftenWrong />} />;
}
