import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { IdentifyPage } from '../features/identify/IdentifyPage.tsx';
import { PhotoFields } from '../features/photos/PhotoFields.tsx';
import { PhotoGuide } from '../features/photos/PhotoGuide.tsx';
import { usePhotosSession } from '../features/photos/PhotosSession.tsx';
import { commonNamesQuery } from '../api/common-names.api.ts';
import { CODE_WITHIN, inTime } from '../api/request-policy.ts';
import { fetchWordsOf } from '../language/language.ts';
import { Opening } from './Opening.tsx';

async function loadAnswerView() {
  const view = inTime(import('./FreshAnswerView.tsx'), CODE_WITHIN);
  // Without them an answer names toxins in English.
  const words = fetchWordsOf('terms').catch(() => undefined);
  return (await Promise.all([view, words]))[0];
}
const AnswerView = lazy(async () => ({ default: (await loadAnswerView()).FreshAnswerView }));

/** The first page; what shows an answer is fetched once there is a photo to ask about. */
export function IdentifyRoute() {
  const chosen = usePhotosSession();
  const queryClient = useQueryClient();
  const { language } = useTranslation().i18n;
  // Where something can't be fetched now, it is asked for again when the answer is there.
  const preloadAnswer = useCallback(() => {
    void loadAnswerView().catch(() => undefined);
    // English names come with the answer.
    if (language !== 'en') void queryClient.prefetchQuery(commonNamesQuery(language));
  }, [queryClient, language]);
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
