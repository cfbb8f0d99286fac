import { lazy, Suspense } from 'react';
import { IdentifyPage } from '../features/identify/IdentifyPage.tsx';
import { PhotoFields } from '../features/photos/PhotoFields.tsx';
import { PhotoGuide } from '../features/photos/PhotoGuide.tsx';
import { usePhotosSession } from '../features/photos/PhotosSession.tsx';
import { CODE_WITHIN, inTime } from '../api/request-policy.ts';
import { Opening } from './Opening.tsx';

const loadAnswerView = () => inTime(import('./FreshAnswerView.tsx'), CODE_WITHIN);
const AnswerView = lazy(async () => ({ default: (await loadAnswerView()).FreshAnswerView }));

// Where it can't be fetched now, it is asked for again when the answer is there.
const preloadAnswer = () => void loadAnswerView().catch(() => undefined);

/** The first page; what shows an answer is fetched once there is a photo to ask about. */
export function IdentifyRoute() {
  const chosen = usePhotosSession();
  return (
    <Suspense fallback={<Opening />}>
      <IdentifyPage
        chosen={chosen}
        PhotoFields={PhotoFields}
        PhotoGuide={PhotoGuide}
        AnswerView={AnswerView}
        preloadAnswer={preloadAnswer}
      />
    </Suspense>
  );
}
