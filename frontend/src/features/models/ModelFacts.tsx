import { lazy, Suspense, useState, type ReactNode } from 'react';
import type { ModelVersion } from '@mushroom/api-service/models/models.schema';
import i18next, { type TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { CODE_WITHIN, inTime } from '../../api/request-policy.ts';
import { evaluationFrom } from '../../api/evaluation.ts';
import { Waiting } from '../../design/Waiting.tsx';
import type { modelsEn } from '../../language/models.en.ts';
import { useFormats } from '../../language/useFormats.ts';
import { AbstentionCurve } from './AbstentionCurve.tsx';
import { FigureTable } from './FigureTable.tsx';
import { ReliabilityCurve } from './ReliabilityCurve.tsx';
import styles from './ModelFacts.module.css';

/** Markdown takes more code than all the rest of this page: fetched by those who open the card. */
const ModelCard = lazy(async () => ({ default: (await inTime(import('./ModelCard.tsx'), CODE_WITHIN)).ModelCard }));

/** Drawn in the page itself, from the same figures. */
const DRAWN_HERE = /^(reliability|abstention)/;

type KnownPlot = keyof typeof modelsEn.plotNames;

/** What a plot of a bundle shows; the name of its file where it is one that the page has no words for. */
function plotName(plot: string, t: TFunction): string {
  const isKnown = i18next.exists(`models.plotNames.${plot}`);
  return isKnown ? t(`models.plotNames.${plot as KnownPlot}`) : plot.replaceAll('-', ' ');
}

export function ModelFacts({ model }: { model: ModelVersion }) {
  const { t } = useTranslation();
  const { percent, number, day } = useFormats();
  const { name, version, created, labels, provenance, thresholds, costs, files, plots, served } = model;
  const megabytes = Object.values(files).reduce((sum, { bytes }) => sum + bytes, 0) / 1e6;
  const species = labels.filter(({ kind }) => kind === 'species').length;
  const genera = labels.filter(({ kind }) => kind === 'other_in_genus').length;
  const evaluation = evaluationFrom(model.evaluation);
  const test = evaluation?.splits.field;
  const otherPlots = plots.filter((plot) => !test || !DRAWN_HERE.test(plot.name));
  return (
    <>
      <section className={styles.section}>
        <h2>{t('models.heading', { name, version })}</h2>
        {!served && <p>{t('models.notServed')}</p>}
        <dl className={styles.facts}>
          <Fact name={t('models.made')}>{day(new Date(created))}</Fact>
          <Fact name={t('models.canName')}>{t('models.canNameWhat', { species, genera })}</Fact>
          <Fact name={t('models.learned')}>
            {t('models.learnedWhat', { photos: provenance.trainingData.photos, backbone: provenance.backbone })}
          </Fact>
          <Fact name={t('models.size')}>{number(megabytes, 1)} MB</Fact>
          <Fact name={t('models.speciesFrom')}>
            {t('models.speciesFromWhat', { share: percent(thresholds.species) })}
          </Fact>
          <Fact name={t('models.genusFrom')}>{t('models.genusFromWhat', { share: percent(thresholds.genus) })}</Fact>
          <Fact name={t('models.cost')}>
            {t('models.costWhat', { times: costs.dangerousCalledHarmless / costs.harmlessCalledDangerous })}
          </Fact>
        </dl>
      </section>
      {evaluation && (
        <section className={styles.section}>
          <h2>{t('models.measured')}</h2>
          {test && (
            <div className={styles.curves}>
              <ReliabilityCurve bins={test.calibration.anySpecies.bins} />
              <AbstentionCurve points={test.abstention.species} />
            </div>
          )}
          <FigureTable
            name={t('models.measurements')}
            columns={[
              { name: t('models.val'), split: evaluation.splits.val },
              { name: t('models.test'), split: evaluation.splits.field },
            ]}
          />
          <h3>{t('models.methodTitle')}</h3>
          <p className={styles.method}>{t('models.method')}</p>
        </section>
      )}
      {otherPlots.length > 0 && (
        <section className={styles.section}>
          <h2>{t('models.otherPlots')}</h2>
          <ul role="list" className={styles.plots}>
            {otherPlots.map((plot) => (
              <li key={plot.name}>
                <img src={plot.url} alt={t('models.plot', { name: plotName(plot.name, t) })} loading="lazy" />
              </li>
            ))}
          </ul>
        </section>
      )}
      {model.modelCard && <Card markdown={model.modelCard} />}
    </>
  );
}

function Card({ markdown }: { markdown: string }) {
  const { t, i18n } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className={styles.summary}>{t('models.card')}</summary>
      {i18n.language !== 'en' && <p>{t('models.cardInEnglish')}</p>}
      {open && (
        <Suspense fallback={<Waiting>{t('models.fetchingCard')}</Waiting>}>
          <ModelCard markdown={markdown} />
        </Suspense>
      )}
    </details>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
