import { useQuery } from '@tanstack/react-query';
import { servedModelQuery } from '../../api/models.api.ts';
import { Page } from '../../design/Page.tsx';
import { ProblemNotice } from '../../design/ProblemNotice.tsx';
import { Waiting } from '../../design/Waiting.tsx';
import { ModelFacts } from './ModelFacts.tsx';

export function ModelsPage() {
  const { data, error, isPending, isFetching, refetch } = useQuery(servedModelQuery);
  return (
    <Page title="The model" lead="What answers at the moment, what it was made from, and how it was measured.">
      {error && <ProblemNotice error={error} onRetry={() => void refetch()} retrying={isFetching} />}
      {isPending && <Waiting>Fetching the model’s facts…</Waiting>}
      {data && <ModelFacts model={data} />}
    </Page>
  );
}
