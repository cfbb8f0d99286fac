import { Page } from '../../design/Page.tsx';
import { PoisonHelp } from './PoisonHelp.tsx';

export function PoisonHelpPage() {
  return (
    <Page
      title="Poison help"
      lead="For people. If an animal ate a mushroom, call a veterinary surgeon the same way: at once."
    >
      <PoisonHelp />
    </Page>
  );
}
