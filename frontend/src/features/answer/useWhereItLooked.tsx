import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../language/useFormats.ts';
import type { AskingAgain } from './asking-again.ts';
import type { LayerToggleProps } from './LayerToggle.tsx';
import type { PhotoLayer } from './OwnPhotos.tsx';

/** Where the model looked, as a layer over the photos; asked for when it is first turned on. */
export function useWhereItLooked(
  answerId: string,
  explain: AskingAgain['explain'],
): { toggle: LayerToggleProps; layer: PhotoLayer | undefined } {
  const { t } = useTranslation();
  const { percent } = useFormats();
  const [on, setOn] = useState(false);
  const queryClient = useQueryClient();
  const queryKey = ['where it looked', answerId];
  const { data, error, isFetching, refetch } = useQuery({
    queryKey,
    queryFn: ({ signal }) => explain(signal),
    enabled: on,
    staleTime: Infinity,
    // On the device it works without a network.
    networkMode: 'always',
    retry: false,
  });

  const layer: PhotoLayer = (index) => {
    const explanation = data?.[index];
    if (!explanation) return null;
    const { picture, peak } = explanation;
    return <img src={picture} alt={peak ? t('answer.lookedPeak', { x: percent(peak.x), y: percent(peak.y) }) : ''} />;
  };
  return {
    toggle: {
      label: t('answer.looked'),
      on,
      onToggle: () => {
        // Turned off while it is on its way, it is not waited for.
        if (on) void queryClient.cancelQueries({ queryKey });
        setOn(!on);
      },
      status: t(data ? 'answer.lookedWhat' : 'answer.lookingAgain'),
      error: isFetching ? null : error,
      onRetry: () => void refetch(),
    },
    layer: on && data ? layer : undefined,
  };
}
