import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useKeepPhotosOnDevice } from '../../on-device/keep-on-device.ts';
import { useFormats } from '../../language/useFormats.ts';
import type { GivenAnswer } from './identify-specimen.ts';
import type { LayerToggleProps } from './LayerToggle.tsx';
import { OutlineDrawing } from './OutlineDrawing.tsx';
import type { PhotoLayer } from './OwnPhotos.tsx';
import { sendPhotos } from './send-photos.api.ts';
import type { Photo } from './usePhotos.ts';

/**
 * The specimen's outline as a layer over the photos; asked for when it is first turned on. Only the service draws
 * outlines: null where the photos were not sent to it.
 */
export function useOutlines(
  answer: GivenAnswer,
  photos: readonly Photo[],
): { toggle: LayerToggleProps; layer: PhotoLayer | undefined } | null {
  const { t } = useTranslation();
  const { percent } = useFormats();
  const keepsOnDevice = useKeepPhotosOnDevice();
  const [on, setOn] = useState(false);
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['outlines', answer.id],
    queryFn: async ({ signal }) => {
      const asking = { outline: true, model: answer.model.version } as const;
      const again = await sendPhotos({ photos }, { signal, onSent: () => {} }, asking);
      return again.photos.map(({ outline }) => outline ?? null);
    },
    enabled: on,
    staleTime: Infinity,
    retry: false,
  });
  if (answer.onDevice || keepsOnDevice) return null;

  const layer: PhotoLayer = (index) => {
    const outline = data?.[index];
    return (
      outline && (
        <OutlineDrawing points={outline.points} label={t('answer.outlineShare', { share: percent(outline.share) })} />
      )
    );
  };
  const found = data?.some((outline) => outline !== null);
  return {
    toggle: {
      label: t('answer.outline'),
      on,
      onToggle: () => setOn(!on),
      status: t(!data ? 'answer.outlining' : found ? 'answer.outlineWhat' : 'answer.outlineNone'),
      error: isFetching ? null : error,
      onRetry: () => void refetch(),
    },
    layer: on && data ? layer : undefined,
  };
}
