import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { evaluationFrom, type Proportion } from '../../api/evaluation.ts';
import { servedModelQuery } from '../../api/models.api.ts';
import { useFormats } from '../../language/useFormats.ts';
import styles from './HowOftenWrong.module.css';

/** How often the model that answers was wrong, on photos from people and places that it did not learn from. */
export function HowOftenWrong() {
  const { t } = useTranslation();
  const { data, isPending } = useQuery(servedModelQuery);
  const id = useId();
  const test = data && evaluationFrom(data.evaluation)?.splits.field;
  return (
    <section className={styles.wrong} aria-labelledby={id}>
      <h2 id={id}>{t('trust.wrongTitle')}</h2>
      {test ? (
        <>
          <dl>
            <Measured name={t('trust.dangerous')} {...test.verdicts.pipeline.dangerousCalledHarmless} />
            <Measured name={t('trust.wrongSpecies')} {...opposite(test.rightWhenNamed.species)} />
            <Measured name={t('trust.wrongGenus')} {...opposite(test.rightWhenNamed.genus)} />
            <Measured name={t('trust.noName')} {...test.decisions.uncertain} />
          </dl>
          <p className={styles.small}>{t('trust.measuredOn', { photos: test.photos.total })}</p>
        </>
      ) : (
        <p>{t(isPending ? 'trust.fetching' : data ? 'trust.neverMeasured' : 'trust.notMeasured')}</p>
      )}
    </section>
  );
}

type Counted = Pick<Proportion, 'count' | 'of'>;

function opposite({ count, of }: Counted): Counted {
  return { count: of - count, of };
}

function Measured({ name, count, of }: Counted & { name: string }) {
  const { t } = useTranslation();
  const { percent } = useFormats();
  if (of === 0) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {percent(count / of)} <span className={styles.counted}>{t('trust.counted', { count, total: of })}</span>
      </dd>
    </div>
  );
}
