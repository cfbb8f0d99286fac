import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Lookalike } from '@mushroom/recognition/decision/identification';
import { slugOf } from '@mushroom/recognition/taxonomy/taxon';
import { Trans, useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { speciesQuery } from '../../api/species.api.ts';
import { LicensedPhoto } from '../../design/LicensedPhoto.tsx';
import { TaxonName } from '../../design/TaxonName.tsx';
import { useCommonName } from '../../language/useCommonName.ts';
import { VerdictTag } from '../../verdict/VerdictTag.tsx';
import styles from './Lookalikes.module.css';

interface LookalikesProps {
  lookalikes: readonly Lookalike[];
  /** Addresses of the user's own photos. */
  ownPhotos: readonly string[];
  /** What the answer named, if it named anything. */
  taxon?: string;
}

/** The dangerous mushrooms it may be taken for, each side by side with the user's own photo. */
export function Lookalikes({ lookalikes, ownPhotos, taxon }: LookalikesProps) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState(0);
  const own = ownPhotos[chosen] ?? ownPhotos[0];
  return (
    <section className={styles.lookalikes}>
      <h2>{t('answer.lookalikes')}</h2>
      <p>
        {taxon ? (
          <Trans i18nKey="answer.takenFor" values={{ taxon }} components={{ taxon: <TaxonName /> }} />
        ) : (
          t('answer.mayBe')
        )}{' '}
        {t('answer.compare')}
      </p>
      {ownPhotos.length > 1 && (
        <fieldset className={styles.choice}>
          <legend>{t('answer.compareWith')}</legend>
          {ownPhotos.map((url, index) => (
            <label key={url}>
              <input
                type="radio"
                name="compared-photo"
                className="visually-hidden"
                checked={index === chosen}
                onChange={() => setChosen(index)}
              />
              <img src={url} alt={t('answer.yours', { number: index + 1 })} />
            </label>
          ))}
        </fieldset>
      )}
      <ul role="list" className={styles.pairs}>
        {lookalikes.map((lookalike) => (
          <li key={lookalike.taxon}>
            <Pair lookalike={lookalike} own={own} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Pair({ lookalike: { taxon, commonName, toxicity }, own }: { lookalike: Lookalike; own?: string }) {
  const { t } = useTranslation();
  const { data, isPending, isError } = useQuery(speciesQuery(slugOf(taxon)));
  const photo = data?.photos[0];
  const name = useCommonName(taxon, commonName ?? data?.commonName);
  return (
    <div className={styles.pair}>
      <p className={styles.name}>
        <Link to={`/species/${slugOf(taxon)}`}>
          <TaxonName>{taxon}</TaxonName>
        </Link>
        {name !== null && <span>{name}</span>}
        <VerdictTag verdict={toxicity} />
      </p>
      <div className={styles.photos}>
        {own && (
          <figure className={styles.own}>
            <img src={own} alt="" />
            <figcaption>{t('answer.yoursHere')}</figcaption>
          </figure>
        )}
        {photo ? (
          <LicensedPhoto photo={photo} alt={t('answer.forComparison', { name: name ?? taxon })} />
        ) : (
          <p className={styles.none}>
            {t(isPending ? 'answer.fetchingPhoto' : isError ? 'answer.photoNotFetched' : 'answer.noPhoto')}
          </p>
        )}
      </div>
    </div>
  );
}
