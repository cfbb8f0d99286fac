import { VERDICTS } from '@mushroom/recognition/taxonomy/taxon';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Page } from '../../design/Page.tsx';

import { VerdictMark } from '../../verdict/VerdictMark.tsx';
import { HowOftenWrong } from './HowOftenWrong.tsx';
import styles from './TrustPage.module.css';

export function TrustPage() {
  const { t } = useTranslation();
  return (
    <Page title={t('shell.trust')} lead={t('trust.lead')}>
      <div className={styles.columns}>
        <div className={styles.text}>
          <section className={styles.section}>
            <h2>{t('trust.whatTitle')}</h2>
            <p>{t('trust.what')}</p>
          </section>
          <section className={styles.section}>
            <h2>{t('trust.howTitle')}</h2>
            <p>{t('trust.how')}</p>
            <p>{t('trust.abstain')}</p>
          </section>
          <section className={styles.section}>
            <h2>{t('trust.verdictsTitle')}</h2>
            <dl className={styles.verdicts}>
              {VERDICTS.map((verdict) => (
                <div key={verdict}>
                  <dt>
                    <VerdictMark verdict={verdict} />
                    {t(`verdict.${verdict}.name`)}
                  </dt>
                  <dd>{t(`verdict.${verdict}.meaning`)}</dd>
                </div>
              ))}
            </dl>
            <p>{t('trust.verdicts')}</p>
          </section>
          <section className={styles.section}>
            <h2>{t('trust.othersTitle')}</h2>
            <p>
              {t('trust.others')}{' '}
              <a href="https://doi.org/10.1080/15563650.2022.2162917">Hodgson et al., Clinical Toxicology, 2023</a>
            </p>
          </section>
          <section className={styles.section}>
            <h2>{t('trust.photosTitle')}</h2>
            <p>{t('trust.photos')}</p>
          </section>
        </div>
        <div className={styles.aside}>
          <HowOftenWrong />
          <p>
            <Link to="/models">{t('trust.numbers')}</Link>
          </p>
        </div>
      </div>
    </Page>
  );
}
