import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { evaluationFrom, type Proportion } from '../../api/evaluation.ts';
import { servedModelQuery } from '../../api/models.api.ts';
import { percent } from '../../design/percent.ts';
import styles from './HowOftenWrong.module.css';

/** How often the model that answers was wrong, on photos from people and places that it did not learn from. */
export function HowOftenWrong() {
  const { data, isPending } = useQuery(servedModelQuery);
  const id = useId();
  const field = data && evaluationFrom(data.evaluation)?.splits.field;
  return (
    <section className={styles.wrong} aria-labelledby={id}>
      <h2 id={id}>How often it is wrong</h2>
      {field ? (
        <>
          <dl>
            <Measured
              name="Dangerous mushrooms that got a harmless verdict"
              {...field.verdicts.pipeline.dangerousCalledHarmless}
            />
            <Measured name="A wrong species, where it named one" {...opposite(field.rightWhenNamed.species)} />
            <Measured name="A wrong genus, where it named only that" {...opposite(field.rightWhenNamed.genus)} />
            <Measured name="No name at all: “we can’t tell”" {...field.decisions.uncertain} />
          </dl>
          <p className={styles.small}>
            Measured one photo at a time, on {field.photos.total.toLocaleString('en')} photos by other people in other
            places than those it learned from. Yours may be harder.
          </p>
        </>
      ) : (
        <p>
          {isPending
            ? 'Fetching the measurements…'
            : 'The measurements can’t be shown now. Take it that the name is wrong about as often as it is right.'}
        </p>
      )}
    </section>
  );
}

type Counted = Pick<Proportion, 'count' | 'of'>;

function opposite({ count, of }: Counted): Counted {
  return { count: of - count, of };
}

function Measured({ name, count, of }: Counted & { name: string }) {
  if (of === 0) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {percent(count / of)}{' '}
        <span className={styles.counted}>
          {count.toLocaleString('en')} of {of.toLocaleString('en')}
        </span>
      </dd>
    </div>
  );
}
