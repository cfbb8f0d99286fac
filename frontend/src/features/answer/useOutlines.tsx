import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GivenAnswer } from '../../api/given-answer.ts';
import { useKeepPhotosOnDevice } from '../../on-device/keep-on-device.ts';
import { useFormats } from '../../language/useFormats.ts';
import type { AskingAgain } from './asking-again.ts';
import type { LayerToggleProps } from './LayerToggle.tsx';
import { OutlineDrawing } from './OutlineDrawing.tsx';
import type { PhotoLayer } from './OwnPhotos.tsx';

/**
 * The specimen's outline as a layer over the photos; asked for when it is first turned on. Only the service draws
 * outlines: null where the photos were not sent to it.
 */
export function useOutlines(
  answer: GivenAnswer,
  outline: AskingAgain['outline'],
): { toggle: LayerToggleProps; layer: PhotoLayer | undefined } | null {
  const { t } = useTranslation();
  const { percent } = useFormats();
  const keepsOnDevice = useKeepPhotosOnDevice();
  const [on, setOn] = useState(false);
  const queryClient = useQueryClient();
  const queryKey = ['outlines', answer.id];
  const { data, error, isFetching, refetch } = useQuery({
    queryKey,
    queryFn: ({ signal }) => outline(signal),
    enabled: on,
    staleTime: Infinity,
    retry: false,
  });
  if (answer.onDevice || keepsOnDevice) return null;

  const layer: PhotoLayer = (index) => {
    const drawn = data?.[index];
    return (
      drawn && (
        <OutlineDrawing points={drawn.points} label={t('answer.outlineShare', { share: percent(drawn.share) })} />
      )
    );
  };
  const found = data?.some((drawn) => drawn !== null);
  return {
    toggle: {
      label: t('answer.outline'),
      on,
      onToggle: () => {
        // Turned off while it is on its way, it is not waited for.
        if (on) void queryClient.cancelQueries({ queryKey });
        setOn(!on);
      },
      status: t(!data ? 'answer.outlining' : found ? 'answer.outlineWhat' : 'answer.outlineNone'),
      error: isFetching ? null : error,
      onRetry: () => void refetch(),
    },
    layer: on && data ? layer : undefined,
  };
}
