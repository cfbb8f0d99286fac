import type { ReactNode } from 'react';
import type { ModelVersion } from '@mushroom/api-service/models/models.schema';
import { evaluationFrom } from '../../api/evaluation.ts';
import { percent } from '../../design/percent.ts';
import { MeasuredTable } from './MeasuredTable.tsx';
import styles from './ModelFacts.module.css';

const day = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeZone: 'UTC' });

export function ModelFacts({ model }: { model: ModelVersion }) {
  const { name, version, created, labels, provenance, thresholds, costs, files, plots, modelCard } = model;
  const megabytes = Object.values(files).reduce((sum, { bytes }) => sum + bytes, 0) / 1e6;
  const species = labels.filter(({ kind }) => kind === 'species').length;
  const genera = labels.filter(({ kind }) => kind === 'other_in_genus').length;
  const evaluation = evaluationFrom(model.evaluation);
  return (
    <>
      <section className={styles.section}>
        <h2>
          {name}, version {version}
        </h2>
        <dl className={styles.facts}>
          <Fact name="Made">{day.format(new Date(created))}</Fact>
          <Fact name="Can name">
            {species} species, and {genera} genera where the species is another
          </Fact>
          <Fact name="Learned from">
            {provenance.trainingData.photos.toLocaleString('en')} photos, on the backbone {provenance.backbone}
          </Fact>
          <Fact name="Size">{megabytes.toFixed(1)} MB</Fact>
          <Fact name="Names a species from">{percent(thresholds.species)} sure, else the genus</Fact>
          <Fact name="Names a genus from">{percent(thresholds.genus)} sure, else says that it can’t tell</Fact>
          <Fact name="A poisonous one called harmless counts">
            {costs.dangerousCalledHarmless / costs.harmlessCalledDangerous} times the reverse
          </Fact>
        </dl>
      </section>
      {evaluation && (
        <section className={styles.section}>
          <h2>Measured</h2>
          <MeasuredTable evaluation={evaluation} />
          <p className={styles.method}>{evaluation.method}</p>
        </section>
      )}
      {plots.length > 0 && (
        <section className={styles.section}>
          <h2>Plots</h2>
          <ul role="list" className={styles.plots}>
            {plots.map((plot) => (
              <li key={plot.name}>
                <img src={plot.url} alt={`Plot: ${plot.name.replaceAll('-', ' ')}`} loading="lazy" />
              </li>
            ))}
          </ul>
        </section>
      )}
      {modelCard && (
        <details>
          <summary className={styles.summary}>The whole model card</summary>
          <pre className={styles.card}>{modelCard}</pre>
        </details>
      )}
    </>
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
