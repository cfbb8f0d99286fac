import { Link } from 'react-router';
import { Page } from '../design/Page.tsx';

export function NotFoundPage() {
  return (
    <Page title="Nothing grows here" lead="There is no page at this address.">
      <p>
        <Link to="/">Identify a mushroom</Link> or <Link to="/species">look a species up</Link>.
      </p>
    </Page>
  );
}
